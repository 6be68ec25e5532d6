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
  const heartbeat = setInterval(() => response.write(HEARTBEAT), HEARTBEAT_MS);
  return {
    send(frame) {
      if (response.writable) response.write(frame);
    },
    get buffered() {
      return response.writableLength;
    },
    close() {
      response.end();
      setTimeout(() => response.destroy(), CLOSE_GRACE_MS).unref();
    },
    listen(listener: DuplexListener) {
      response.on('drain', () => listener.drained());
      response.on('close', () => {
        clearInterval(heartbeat);
        listener.closed();
      });
      // When the connection is complete: what is said first may be answered at once.
      queueMicrotask(() => {
        for (const frame of said) listener.bytes(frame);
      });
    },
  };
}
