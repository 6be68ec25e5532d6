import type { FeedMessage, HostSample } from '@boxyard/api';

/** A minute of a sample a second: what a sparkline shows. */
export const HISTORY_SAMPLES = 60;

type StatsMessage = Extract<FeedMessage, { type: 'stats' }>;

/** What one container did in the last second. CPUs busy, bytes, bytes per second (null: the host does not say). */
export interface LiveStats {
  cpu: number;
  memory: number;
  processes: number;
  read: number | null;
  write: number | null;
  /** The last minute, oldest first, while it was watched. */
  history: { cpu: number[]; memory: number[] };
}
export interface LiveHost extends HostSample {
  history: { cpu: number[]; memory: number[] };
}

const containers = new Map<string, LiveStats>();
const containerListeners = new Map<string, Set<() => void>>();
let snapshot: ReadonlyMap<string, LiveStats> = new Map();
const allListeners = new Set<() => void>();
let host: LiveHost | undefined;
const hostListeners = new Set<() => void>();

/** Takes a tick of the feed; only who follows a container of it hears of it. One that is missing from it does not run any more. */
export function takeStats(stats: StatsMessage): void {
  for (const id of containers.keys()) {
    if (id in stats.containers) continue;
    containers.delete(id);
    for (const listener of containerListeners.get(id) ?? []) listener();
  }
  for (const [id, [cpu, memory, processes, read, write]] of Object.entries(stats.containers)) {
    const history = grown(containers.get(id)?.history, cpu, memory);
    containers.set(id, { cpu, memory, processes, read, write, history });
    for (const listener of containerListeners.get(id) ?? []) listener();
  }
  // Copied only for who looks at all of them.
  if (allListeners.size > 0) {
    snapshot = new Map(containers);
    for (const listener of allListeners) listener();
  }
  if (!stats.host) return;
  host = { ...stats.host, history: grown(host?.history, stats.host.cpu, stats.host.memory) };
  for (const listener of hostListeners) listener();
}

function grown(before: LiveStats['history'] | undefined, cpu: number, memory: number): LiveStats['history'] {
  const add = (values: number[] | undefined, value: number) =>
    [...(values ?? []), value].slice(-HISTORY_SAMPLES);
  return { cpu: add(before?.cpu, cpu), memory: add(before?.memory, memory) };
}

export function liveStatsOf(id: string): LiveStats | undefined {
  return containers.get(id);
}

export function liveHost(): LiveHost | undefined {
  return host;
}

export function followStats(id: string, listener: () => void): () => void {
  const listeners = containerListeners.get(id) ?? new Set();
  containerListeners.set(id, listeners.add(listener));
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || containerListeners.get(id) !== listeners) return;
    containerListeners.delete(id);
  };
}

/** Every box that is watched and runs, replaced at each tick. */
export function allLiveStats(): ReadonlyMap<string, LiveStats> {
  return snapshot;
}

export function followAll(listener: () => void): () => void {
  allListeners.add(listener);
  return () => allListeners.delete(listener);
}

export function followHost(listener: () => void): () => void {
  hostListeners.add(listener);
  return () => hostListeners.delete(listener);
}
