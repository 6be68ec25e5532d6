import type { Connect, Transport, TransportHandlers } from '@boxyard/api/client';
import { BoxError, encodeFrame, FrameDecoder, FrameType } from '@boxyard/spec';
import type { Way } from './agent-connect';
import { SlowFeed } from './slow-feed';

/** Of the lock that one tab has, and of the channel on which it tells the others. */
const NAME = 'boxyard.feed';

type Note =
  | { kind: 'frames'; frames: Uint8Array[]; way: Way; to?: string }
  | { kind: 'join'; from: string }
  | { kind: 'failed'; error: unknown };

/**
 * The feed without a WebSocket, one request for all tabs: a browser gives a host six connections over HTTP/1.1, and a seventh tab
 * with an answer of its own that never ends would hang. One tab holds the lock and reads; the others listen to it, and one of them
 * takes over when it goes.
 */
export function sharedFeed(onWay: (way: Way) => void): Connect {
  return async (handlers) => new SharedFeed(handlers, onWay);
}

class SharedFeed implements Transport {
  readonly #me = `${Date.now()}-${Math.random()}`;
  readonly #handlers: TransportHandlers;
  readonly #onWay: (way: Way) => void;
  readonly #channel = new BroadcastChannel(NAME);
  readonly #left = new AbortController();
  readonly #feed = new SlowFeed((frames, way) => {
    this.#take(frames, way);
    this.#tell({ kind: 'frames', frames, way });
  });
  #leading = false;

  constructor(handlers: TransportHandlers, onWay: (way: Way) => void) {
    this.#handlers = handlers;
    this.#onWay = onWay;
    this.#channel.onmessage = ({ data }: MessageEvent<Note>) => this.#hear(data);
    this.#tell({ kind: 'join', from: this.#me });
    void this.#lead();
  }

  /** Only the feed comes this way: whoever opens something else is told why not. */
  send(bytes: Uint8Array): void {
    const refused = [...new FrameDecoder().push(bytes)]
      .filter(({ type, channel }) => type === FrameType.open && channel > 0)
      .map(({ channel }) => encodeFrame(FrameType.error, { channel, payload: BLOCKED }));
    queueMicrotask(() => {
      if (!this.#left.signal.aborted) for (const frame of refused) this.#handlers.bytes(frame);
    });
  }

  close(): void {
    this.#left.abort();
    this.#channel.close();
  }

  async #lead(): Promise<void> {
    const { signal } = this.#left;
    const read = async () => {
      this.#leading = true;
      await this.#feed.run(signal);
    };
    // Locks exist on https and on loopback only; elsewhere each tab reads for itself.
    const led = navigator.locks ? navigator.locks.request(NAME, { signal }, read) : read();
    await led.catch((cause: unknown) => {
      if (signal.aborted) return;
      const error = BoxError.from(cause);
      this.#tell({ kind: 'failed', error: error.toJSON() });
      this.#fail(error);
    });
  }

  #hear(note: Note): void {
    if (note.kind === 'join') {
      if (this.#leading) this.#tell({ kind: 'frames', ...this.#feed.replay(), to: note.from });
    } else if (note.kind === 'failed') {
      this.#fail(BoxError.from(note.error));
    } else if (note.to === undefined || note.to === this.#me) {
      this.#take(note.frames, note.way);
    }
  }

  #take(frames: readonly Uint8Array[], way: Way): void {
    if (this.#left.signal.aborted) return;
    this.#onWay(way);
    for (const frame of frames) this.#handlers.bytes(frame);
  }

  #tell(note: Note): void {
    if (!this.#left.signal.aborted && navigator.locks) this.#channel.postMessage(note);
  }

  #fail(error: BoxError): void {
    if (this.#left.signal.aborted) return;
    this.close();
    this.#handlers.closed(error);
  }
}

const BLOCKED = new TextEncoder().encode(
  JSON.stringify(
    new BoxError('UNSUPPORTED', 'blocked by a proxy between this browser and the agent', {
      hint: 'let it pass WebSockets (Upgrade) to /frames, then try again',
    }),
  ),
);
