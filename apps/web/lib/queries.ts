import type { EventView, StatsStep } from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query';
import { api, boxErrorOf } from './api';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: BoxError;
  }
}

/** Answers that no event touches are asked for again after this, when a page that shows them opens. */
const STALE_MS = 10_000;
const EVENTS_PAGE = 500;
const DOCTOR_STALE_MS = 10 * 60_000;
/** An agent that restarts is back in about a second. */
const RETRIES = 3;
/** Entries of the audit that are asked for at once. */
const AUDIT_PAGE = 200;

/** What the agent answered, for all pages of this tab. Errors are BoxErrors. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // The agent may be on this very host: that the network is gone says nothing.
      networkMode: 'always',
      retry: (failures, error) => error.code === 'UNAVAILABLE' && failures < RETRIES,
    },
    mutations: { networkMode: 'always' },
  },
});

/** Of one container, on its page; the Events page has them all. */
const EVENTS_SHOWN = 12;

/** Makes a query's rejection a BoxError. */
async function ask<T>(question: Promise<T>): Promise<T> {
  return await question.catch((error: unknown) => {
    throw boxErrorOf(error);
  });
}

/** Questions to the agent, for `useQuery(queries.images())`. The first part of a key names what an event of the feed makes old. */
export const queries = {
  details: (container: string) =>
    queryOptions({
      queryKey: ['container', container, 'details'],
      queryFn: () => ask(api.containers.inspect.query({ container })),
    }),
  plan: (container: string) =>
    queryOptions({
      queryKey: ['container', container, 'plan'],
      queryFn: () => ask(api.containers.plan.query({ container })),
    }),
  processes: (container: string) =>
    queryOptions({
      queryKey: ['container', container, 'processes'],
      queryFn: () => ask(api.containers.top.query({ container })),
    }),
  /** Its latest events, oldest first. */
  containerEvents: (container: string) =>
    queryOptions({
      queryKey: ['container', container, 'events'],
      queryFn: () => ask(api.events.list.query({ filters: [`container=${container}`], limit: EVENTS_SHOWN })),
    }),
  images: () => queryOptions({ queryKey: ['images'], queryFn: () => ask(api.images.list.query()) }),
  imageDetails: (image: string) =>
    queryOptions({
      queryKey: ['images', 'details', image],
      queryFn: () => ask(api.images.details.query({ image })),
    }),
  /** One directory of a layer; a layer never changes. */
  layerFiles: (image: string, diffId: string, path: string) =>
    queryOptions({
      queryKey: ['layer', diffId, path],
      queryFn: () => ask(api.images.layerFiles.query({ image, diffId, path })),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** What a clean-up would take. */
  prunePreview: (all: boolean) =>
    queryOptions({
      queryKey: ['images', 'prune', all],
      queryFn: () => ask(api.images.prune.mutate({ all, dryRun: true })),
      staleTime: 0,
    }),
  volumes: () => queryOptions({ queryKey: ['volumes'], queryFn: () => ask(api.volumes.list.query({})) }),
  /** The agent walks through all of them: only when somebody wants to know. */
  volumeSizes: () =>
    queryOptions({
      queryKey: ['volumes', 'sizes'],
      queryFn: () => ask(api.volumes.list.query({ sizes: true })),
    }),
  /** What a clean-up of volumes would take. */
  volumePrunePreview: (all: boolean) =>
    queryOptions({
      queryKey: ['volumes', 'prune', all],
      queryFn: () => ask(api.volumes.prune.mutate({ all, dryRun: true })),
      staleTime: 0,
    }),
  disk: () => queryOptions({ queryKey: ['images', 'disk'], queryFn: () => ask(api.system.disk.query()) }),
  task: (task: string) =>
    queryOptions({ queryKey: ['task', task], queryFn: () => ask(api.tasks.get.query({ task })) }),
  registries: () =>
    queryOptions({ queryKey: ['registries'], queryFn: () => ask(api.registries.list.query()) }),
  terminals: (container?: string) =>
    queryOptions({
      queryKey: ['terminals', container ?? ''],
      queryFn: () => ask(api.terminals.list.query(container ? { container } : {})),
    }),
  /** What the host has and lacks: seldom anything new. */
  doctor: () =>
    queryOptions({
      queryKey: ['doctor'],
      queryFn: () => ask(api.system.doctor.query({ leaks: false })),
      staleTime: DOCTOR_STALE_MS,
    }),
  access: () =>
    queryOptions({ queryKey: ['access', 'status'], queryFn: () => ask(api.access.status.query()) }),
  sessions: () =>
    queryOptions({ queryKey: ['access', 'sessions'], queryFn: () => ask(api.access.sessions.query()) }),
  audit: () =>
    infiniteQueryOptions({
      queryKey: ['access', 'audit'],
      queryFn: ({ pageParam }) =>
        ask(api.access.audit.query({ limit: AUDIT_PAGE, ...(pageParam ? { before: pageParam } : {}) })),
      initialPageParam: 0,
      getNextPageParam: (page) => (page.length === AUDIT_PAGE ? page.at(-1)?.sequence : undefined),
    }),
  version: () => queryOptions({ queryKey: ['version'], queryFn: () => ask(api.system.version.query()) }),
  /** Stored events, page by page back in time; each page is oldest first. New ones come by the feed. */
  events: (filters: string[]) =>
    infiniteQueryOptions({
      queryKey: ['events', ...filters],
      queryFn: ({ pageParam: before }) =>
        ask(api.events.list.query({ filters, limit: EVENTS_PAGE, ...(before ? { before } : {}) })),
      initialPageParam: 0,
      getNextPageParam: (page) => (page.length === EVENTS_PAGE ? page[0]?.sequence : undefined),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  info: () => queryOptions({ queryKey: ['info'], queryFn: () => ask(api.system.info.query()) }),
  statsHistory: (container: string, step: StatsStep) =>
    queryOptions({
      queryKey: ['stats', container, step],
      queryFn: () => ask(api.stats.history.query({ container, step })),
    }),
  hostHistory: (step: StatsStep) =>
    queryOptions({
      queryKey: ['stats', 'host', step],
      queryFn: () => ask(api.stats.hostHistory.query({ step })),
    }),
};

/** What these events made old is asked for again where it is shown. */
export function refreshAfter(events: readonly EventView[]): void {
  const old = new Map<string, string[]>();
  const isOld = (...key: string[]) => old.set(key.join('\n'), key);
  for (const { type, action, id } of events) {
    if (type === 'image') isOld('images');
    if (type === 'volume' && (action === 'create' || action === 'destroy')) isOld('volumes');
    if (type !== 'container') continue;
    isOld('container', id);
    if (action !== 'create' && action !== 'destroy') continue;
    isOld('images');
    isOld('volumes');
  }
  for (const queryKey of old.values()) void queryClient.invalidateQueries({ queryKey });
}

/** Sessions came, went, or others look at them. */
export function refreshTerminals(): void {
  void queryClient.invalidateQueries({ queryKey: ['terminals'] });
}

/** After a time without the feed, or as another user: everything may be old. */
export function forgetAnswers(): void {
  void queryClient.invalidateQueries();
}
