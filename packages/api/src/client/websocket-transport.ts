import { BoxError } from '@boxyard/spec';
import type { Connect } from './types.ts';

/** What the agent selects; the ticket travels beside it as a second offered protocol, never in the URL (URLs are logged). */
export const WEBSOCKET_PROTOCOL = 'boxyard-frames';
export const TICKET_PROTOCOL_PREFIX = 'ticket.';

/** An agent under load opens it in milliseconds. */
const OPEN_TIMEOUT_MS = 5_000;

export interface WebSocketTransportOptions {
  /** `ws://127.0.0.1:7420/frames`: same origin as the page. */
  url: string;
  /**
   * A new single-use ticket (POST /session/ticket with both halves of the session) for each connection. Rejects with a BoxError:
   * UNAUTHENTICATED when the session ended, UNAVAILABLE when the agent did not answer.
   */
  ticket(): Promise<string>;
}

/** Frames in binary WebSocket messages, for browsers (and Node's own WebSocket in tests). */
export function webSocketTransport(options: WebSocketTransportOptions): Connect {
  return async (handlers) => {
    const ticket = await options.ticket();
    const socket = new WebSocket(options.url, [WEBSOCKET_PROTOCOL, `${TICKET_PROTOCOL_PREFIX}${ticket}`]);
    socket.binaryType = 'arraybuffer';
    await new Promise<void>((resolve, reject) => {
      // A proxy that knows no upgrades may keep the request for itself; the browser would wait for minutes.
      const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
      socket.onopen = () => {
        clearTimeout(timer);
        resolve();
      };
      // The browser does not say why: a stopped agent and a proxy that refuses upgrades look alike.
      socket.onclose = () => {
        clearTimeout(timer);
        reject(new BoxError('UNAVAILABLE', 'the agent does not answer'));
      };
    });
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (event.data instanceof ArrayBuffer) handlers.bytes(new Uint8Array(event.data));
    };
    socket.onclose = () =>
      handlers.closed(new BoxError('UNAVAILABLE', 'the connection to the agent was lost'));
    return {
      send: (bytes) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
      },
      close: () => {
        socket.onclose = null;
        socket.close();
      },
    };
  };
}
