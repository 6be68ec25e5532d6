import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { BoxError } from '@boxyard/spec';
import type { StreamMessage } from '../worker/messages.ts';

/** One message costs as much as copying this; more would only be memory. */
const BUFFER_BYTES = 256 * 1024;
/** Enough that the Worker never waits for us: one it works on, one on its way, one being filled. */
const BUFFERS = 4;

/**
 * Hands the chunks of a stream to a Worker through a few buffers that go round, so that memory does not grow with the stream and a slow
 * Worker makes the stream wait. Lets the stream go when the Worker is through with it. The chunks stay their owner's.
 */
export function feedChunks(chunks: AsyncIterable<Uint8Array>): MessagePort {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const iterator = chunks[Symbol.asyncIterator]();
  const ring = new Ring(ours);
  ours.on('close', () => {
    ring.close();
    // Not waited for: a generator that hangs in its own await never returns.
    void iterator.return?.().catch(() => undefined);
  });
  void feed(iterator, ring);
  return theirs;
}

async function feed(iterator: AsyncIterator<Uint8Array>, ring: Ring): Promise<void> {
  try {
    for (;;) {
      const { value, done } = await iterator.next();
      if (done || ring.closed) break;
      await ring.write(value);
    }
    ring.end({ kind: 'end' });
  } catch (error) {
    const failure =
      error instanceof BoxError
        ? error
        : new BoxError('UNAVAILABLE', `the upload broke off (${(error as Error)?.message ?? error})`, {
            hint: 'send it again',
          });
    ring.end({ kind: 'error', error: failure.toJSON() });
  }
}

class Ring {
  readonly #port: MessagePort;
  readonly #free: ArrayBuffer[] = Array.from({ length: BUFFERS }, () => new ArrayBuffer(BUFFER_BYTES));
  #current: Uint8Array | undefined;
  #filled = 0;
  #wake: (() => void) | undefined;
  closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (buffer: ArrayBuffer) => {
      this.#free.push(buffer);
      this.#wake?.();
    });
  }

  /** Resolves when all of it is on its way or in a buffer. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.closed; ) {
      if (!this.#current) {
        const buffer = this.#free.pop();
        if (!buffer) {
          await this.#returned();
          continue;
        }
        this.#current = new Uint8Array(buffer);
      }
      const piece = bytes.subarray(at, at + BUFFER_BYTES - this.#filled);
      this.#current.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === BUFFER_BYTES) this.#send();
    }
  }

  /** Sends what is left, and that it was the last. */
  end(last: StreamMessage): void {
    if (this.closed) return;
    this.#send();
    this.#port.postMessage(last);
  }

  close(): void {
    this.closed = true;
    this.#wake?.();
  }

  #send(): void {
    const buffer = this.#current?.buffer as ArrayBuffer | undefined;
    if (!buffer || this.#filled === 0) return;
    this.#port.postMessage({ kind: 'chunk', buffer, length: this.#filled } satisfies StreamMessage, [buffer]);
    this.#current = undefined;
    this.#filled = 0;
  }

  #returned(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
