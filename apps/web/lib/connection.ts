import type { ContainerView, EventView, FeedMessage, FeedWatch } from '@boxyard/api';
import { type ConnectionState, type FeedChannel, FrameClient } from '@boxyard/api/client';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { agentConnect, type Way } from './agent-connect';
import { api } from './api';
import { type Containers, EVENTS_HELD, FeedStore } from './feed-store';
import { forgetAnswers, refreshAfter, refreshTerminals } from './queries';
import { takeStats } from './stats-store';
import { takeTask } from './tasks';

/** What the feed told so far. `containers` is null until the first snapshot. */
export interface Yard {
  connection: ConnectionState;
  containers: Containers | null;
  /** Since when the agent has not been heard of, milliseconds since the epoch; null while it is. What is shown is from then. */
  lostAt: number | null;
  /** How live updates come. */
  way: Way;
  /** Grows when what could not be opened may go through now: WebSockets came back, or the connection was made anew by hand. */
  recoveries: number;
}

const EMPTY: Yard = {
  connection: { status: 'connecting' },
  containers: null,
  lostAt: null,
  way: 'websocket',
  recoveries: 0,
};
const NO_EVENTS: readonly EventView[] = [];
/** A hidden tab draws no frames; what came is put in order this often. */
const HIDDEN_FLUSH_MS = 250;

let yard = EMPTY;
const listeners = new Set<() => void>();
let client: FrameClient | undefined;
let feed: FeedChannel | undefined;
let watched: FeedWatch | undefined;

function change(next: Partial<Yard>): void {
  yard = { ...yard, ...next };
  for (const listener of listeners) listener();
}

const store = new FeedStore({
  schedule(flush) {
    if (document.visibilityState === 'visible') requestAnimationFrame(flush);
    else setTimeout(flush, HIDDEN_FLUSH_MS);
  },
  onEvents: refreshAfter,
  onSnapshot() {
    forgetAnswers();
    if (eventsWanted) void askForEvents();
  },
});
store.subscribe(() => change({ containers: store.containers }));

function take(message: FeedMessage): void {
  if (message.type === 'snapshot' || message.type === 'task' || message.type === 'task-removed')
    takeTask(message);
  if (message.type === 'task' || message.type === 'task-removed') return;
  if (message.type === 'stats') takeStats(message);
  else if (message.type === 'terminals') refreshTerminals();
  else store.receive(message);
}

function connectionChanged(connection: ConnectionState): void {
  const { lostAt } = yard;
  if (connection.status === 'lost') change({ connection, lostAt: lostAt ?? connection.lostAt });
  else if (connection.status === 'open') change({ connection, lostAt: null });
  else change({ connection });
}

function wayChanged(way: Way): void {
  if (yard.way === way) return;
  change({ way, recoveries: yard.recoveries + (way === 'websocket' ? 1 : 0) });
}

/** The one connection of this tab: feed, terminals and logs share it. Made at first use. */
export function frames(): FrameClient {
  if (client) return client;
  client = new FrameClient({
    connect: agentConnect(wayChanged),
    build: 'web',
    reconnectFor: Number.POSITIVE_INFINITY,
    retryFirst: true,
    onState: connectionChanged,
  });
  feed = client.feed({ message: take });
  if (watched) feed.watch(watched);
  addEventListener('online', retryVisible);
  document.addEventListener('visibilitychange', retryVisible);
  return client;
}

function retryVisible(): void {
  if (document.visibilityState === 'visible') retryNow();
}

/** Tries to reach the agent at once instead of when the pause is over. */
export function retryNow(): void {
  client?.retryNow();
}

/** After signing in or out: a connection of the session there is now, if a page shows something of it. */
export function reconnect(): void {
  client?.close();
  client = undefined;
  feed = undefined;
  store.reset();
  forgetAnswers();
  change({ ...EMPTY, way: yard.way, recoveries: yard.recoveries + 1 });
  if (listeners.size > 0) frames();
}

/** Whose statistics the agent sends from now on. */
export function watchStats(watch: FeedWatch): void {
  watched = watch;
  feed?.watch(watch);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  frames();
  return () => listeners.delete(listener);
}

/** Containers and connection state, live. Renders again at most once a frame. */
export function useYard(): Yard {
  return useSyncExternalStore(
    subscribe,
    () => yard,
    () => EMPTY,
  );
}

/** The connection alone: for what does not look at containers. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(
    subscribe,
    () => yard.connection,
    () => EMPTY.connection,
  );
}

/** See `Yard.recoveries`: a stream's component takes it into its key. */
export function useRecoveries(): number {
  return useSyncExternalStore(
    subscribe,
    () => yard.recoveries,
    () => EMPTY.recoveries,
  );
}

/** One container, rendered again only when it changed. Undefined: not known yet. Null: there is none of that id. */
export function useContainer(id: string): ContainerView | null | undefined {
  const subscribeToIt = useCallback(
    (listener: () => void) => {
      frames();
      return store.subscribeTo(id, listener);
    },
    [id],
  );
  return useSyncExternalStore(
    subscribeToIt,
    () => (store.containers ? (store.containers.get(id) ?? null) : undefined),
    () => undefined,
  );
}

let eventsWanted = false;

/** The latest events, oldest first, at most 500: what the agent has stored, then live. */
export function useEvents(): readonly EventView[] {
  useEffect(() => {
    if (eventsWanted) return;
    eventsWanted = true;
    void askForEvents();
  }, []);
  return useSyncExternalStore(
    subscribe,
    () => store.events,
    () => NO_EVENTS,
  );
}

/** Those before the page opened, or that were missed while the connection was lost. Without an answer the live ones are all there is. */
async function askForEvents(): Promise<void> {
  const events = await api.events.list.query({ limit: EVENTS_HELD }).catch(() => NO_EVENTS);
  store.addEvents(events);
}
