import type { ContainerView, FeedMessage } from '@boxyard/api';
import { type ConnectionState, FrameClient } from '@boxyard/api/client';
import { webSocketTransport } from '@boxyard/api/client/browser';
import { useSyncExternalStore } from 'react';
import { streamTicket } from './session';

/** What the feed told so far. `containers` is null until the first snapshot. */
export interface Yard {
  connection: ConnectionState;
  containers: ReadonlyMap<string, ContainerView> | null;
}

let yard: Yard = { connection: { status: 'connecting' }, containers: null };
const listeners = new Set<() => void>();
let client: FrameClient | undefined;

function change(next: Partial<Yard>): void {
  yard = { ...yard, ...next };
  for (const listener of listeners) listener();
}

function apply(message: FeedMessage): void {
  if (message.type === 'snapshot') {
    change({ containers: new Map(message.containers.map((container) => [container.id, container])) });
    return;
  }
  if (message.type === 'event' || message.type === 'stats' || message.type === 'terminals') return;
  const containers = new Map(yard.containers ?? []);
  if (message.type === 'container') containers.set(message.container.id, message.container);
  else containers.delete(message.id);
  change({ containers });
}

/** The one connection of this tab: feed, terminals and logs share it. Made at first use. */
export function frames(): FrameClient {
  if (client) return client;
  const url = new URL('/frames', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  client = new FrameClient({
    connect: webSocketTransport({ url: url.href, ticket: streamTicket }),
    build: 'web',
    reconnectFor: Number.POSITIVE_INFINITY,
    retryFirst: true,
    onState: (connection) => change({ connection }),
  });
  client.feed({ message: apply });
  addEventListener('online', retry);
  document.addEventListener('visibilitychange', retry);
  return client;
}

function retry(): void {
  if (document.visibilityState === 'visible') client?.retryNow();
}

/** After signing in or out: a connection of the session there is now, if a page shows something of it. */
export function reconnect(): void {
  client?.close();
  client = undefined;
  change({ connection: { status: 'connecting' }, containers: null });
  if (listeners.size > 0) frames();
}

const EMPTY: Yard = { connection: { status: 'connecting' }, containers: null };

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  frames();
  return () => listeners.delete(listener);
}

/** Containers and connection state, live. */
export function useYard(): Yard {
  return useSyncExternalStore(
    subscribe,
    () => yard,
    () => EMPTY,
  );
}
