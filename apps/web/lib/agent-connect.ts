import type { Connect } from '@boxyard/api/client';
import { webSocketTransport } from '@boxyard/api/client/browser';
import { BoxError } from '@boxyard/spec';
import { streamTicket } from './session';
import { sharedFeed } from './shared-feed';

/**
 * How live updates come: by WebSocket; where a proxy refuses those, by an answer that goes on (`stream`); where it also holds answers
 * back until they end, by asking again (`polling`).
 */
export type Way = 'websocket' | 'stream' | 'polling';

/** An agent that ends between its ticket and the upgrade looks like a proxy that refuses it; twice in a row it is one. */
const REFUSALS = 2;

/** The best connection that what lies between lets through. Every new one tries the WebSocket first. */
export function agentConnect(onWay: (way: Way) => void): Connect {
  const url = new URL('/frames', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  let answered = false;
  let refusals = 0;
  const webSocket = webSocketTransport({
    url: url.href,
    ticket: async () => {
      answered = false;
      const ticket = await streamTicket();
      answered = true;
      return ticket;
    },
  });
  const slow = sharedFeed(onWay);
  return async (handlers) => {
    try {
      const transport = await webSocket(handlers);
      refusals = 0;
      onWay('websocket');
      return transport;
    } catch (error) {
      refusals = answered && BoxError.from(error).code === 'UNAVAILABLE' ? refusals + 1 : 0;
      if (refusals < REFUSALS) throw error;
      return slow(handlers);
    }
  };
}
