import type { RawData, WebSocket } from 'ws';
import type { Duplex } from './duplex.ts';
import { CLOSE_GRACE_MS } from './socket-duplex.ts';

/** Small frames wait this long for company: a message costs the browser an event, a keystroke's echo does not notice 2 ms. */
const COALESCE_MS = 2;
/** … unless this much waits. */
const COALESCE_BYTES = 32 * 1024;
/** Proxies cut connections that are idle for 60 s, */
const PING_MS = 25_000;
/** and a peer that was not heard of for so long is gone. */
const SILENCE_MS = 60_000;

/** Frames in binary messages, one or more whole frames each. */
export function webSocketDuplex(socket: WebSocket): Duplex {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let drained = () => {};

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const [only] = waiting;
    const message = waiting.length === 1 && only ? only : Buffer.concat(waiting, waitingBytes);
    waiting = [];
    waitingBytes = 0;
    if (socket.readyState !== socket.OPEN) return;
    socket.send(message, { binary: true }, () => {
      if (socket.bufferedAmount === 0 && waitingBytes === 0) drained();
    });
  };

  return {
    send(frame) {
      waiting.push(frame);
      waitingBytes += frame.length;
      if (waitingBytes >= COALESCE_BYTES) flush();
      else timer ??= setTimeout(flush, COALESCE_MS);
    },
    get buffered() {
      return waitingBytes + socket.bufferedAmount;
    },
    close() {
      flush();
      socket.close();
      setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref();
    },
    listen(listener) {
      drained = () => listener.drained();
      const ping = setInterval(() => socket.ping(), PING_MS);
      const silence = setTimeout(() => socket.terminate(), SILENCE_MS);
      socket.on('pong', () => silence.refresh());
      socket.on('message', (data: RawData, isBinary) => {
        silence.refresh();
        if (isBinary) listener.bytes(data as Buffer);
        else socket.close(1003, 'frames are binary');
      });
      // 'close' follows and says all there is to say.
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(ping);
        clearTimeout(silence);
        clearTimeout(timer);
        listener.closed();
      });
    },
  };
}
