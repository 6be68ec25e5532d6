import type { Socket } from 'node:net';
import type { Duplex } from './duplex.ts';

/** Frames directly on an upgraded socket. `head`: what arrived together with the request. */
export function socketDuplex(socket: Socket, head: Uint8Array): Duplex {
  socket.setTimeout(0);
  socket.setNoDelay(true);
  let corked = false;
  return {
    send(frame) {
      if (!socket.writable) return;
      // All frames of one turn of the event loop leave in one system call.
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(() => {
          corked = false;
          socket.uncork();
        });
      }
      socket.write(frame);
    },
    get buffered() {
      return socket.writableLength;
    },
    close() {
      if (corked) socket.uncork();
      socket.end();
      // A client that does not read would keep the rest, and the descriptor, for ever.
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
    },
    listen(listener) {
      socket.on('data', (chunk: Buffer) => listener.bytes(chunk));
      socket.on('drain', () => listener.drained());
      // 'close' follows and says all there is to say.
      socket.on('error', () => {});
      // A half-closed client has left: frames need both directions.
      socket.on('end', () => socket.end());
      socket.on('close', () => listener.closed());
      if (head.length > 0) listener.bytes(head);
    },
  };
}

/** How long a closed connection may take to send what was taken. */
export const CLOSE_GRACE_MS = 1_000;
