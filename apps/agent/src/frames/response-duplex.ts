import type { ServerResponse } from 'node:http';
import { encodeFrame, FrameType } from '@boxyard/spec';
import type { Duplex, DuplexListener } from './duplex.ts';
import { CLOSE_GRACE_MS } from './socket-duplex.ts';

/** Proxies cut an answer that is silent for 60 s, and whoever reads it must know within a quarter of a minute whether it lives. */
const HEARTBEAT_MS = 15_000;
/** An empty frame that no channel of a client waits for. */
const HEARTBEAT = encodeFrame(FrameType.ack);

/**
 * Frames as the body of an answer that goes on, for a browser whose proxy refuses WebSockets. It has one direction only: what the
 * client would have sent is `said` for it.
 */
export function responseDuplex(response: ServerResponse, said: readonly Uint8Array[]): Duplex {
  // `writable` stays true after the end, and a write after that is an error that nobody catches.
  const send = (frame: Uint8Array) => {
    if (!response.writableEnded && !response.destroyed) response.write(frame);
  };
  const heartbeat = setInterval(send, HEARTBEAT_MS, HEARTBEAT);
  return {
    send,
    get buffered() {
      return response.writableLength;
    },
    close() {
      response.end();
      setTimeout(() => response.destroy(), CLOSE_GRACE_MS).unref();
    },
    listen(listener: DuplexListener) {
      response.on('drain', () => listener.drained());
      const gone = () => {
        clearInterval(heartbeat);
        listener.closed();
      };
      response.on('close', gone);
      // Left while its request was read: no event tells of that any more.
      if (response.closed) queueMicrotask(gone);
      // When the connection is complete: what is said first may be answered at once.
      queueMicrotask(() => {
        for (const frame of said) listener.bytes(frame);
      });
    },
  };
}
