import { setImmediate as turn } from 'node:timers/promises';
import type apiRequest from 'undici/lib/api/api-request.js';
import type agent from 'undici/lib/dispatcher/agent.js';

/** What of undici we use. */
export interface Undici {
  Agent: typeof agent;
  request: typeof apiRequest;
}

/**
 * Each in a turn of the event loop of its own, what others need first: undici as a whole takes 50 ms to evaluate, and an agent that
 * begins to pull has terminals to serve meanwhile. Half of it (fetch, WebSockets, caches) is not for us.
 */
const PARTS: readonly (() => Promise<unknown>)[] = [
  () => import('node:http2'),
  () => import('undici/lib/core/util.js'),
  () => import('undici/lib/core/connect.js'),
  () => import('undici/lib/core/request.js'),
  () => import('undici/lib/dispatcher/client-h1.js'),
  () => import('undici/lib/dispatcher/client-h2.js'),
  () => import('undici/lib/dispatcher/client.js'),
];
let loaded: Promise<Undici> | undefined;

/** Not before somebody pulls: an idle agent does without its megabytes. */
export function loadUndici(): Promise<Undici> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Undici> {
  for (const part of PARTS) {
    await part();
    await turn();
  }
  const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
  await turn();
  const { default: request } = await import('undici/lib/api/api-request.js');
  return { Agent, request };
}
