import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { FrameType } from '@boxyard/spec';
import { TreeArchiver } from '../trees/archiver.ts';
import { treeFailure, treeHelperVanished } from '../trees/failure.ts';
import { readFrames } from '../trees/frame-reader.ts';
import type { ReadTreeJob, StreamMessage } from './messages.ts';

/** What is handed over at once. */
const CHUNK_BYTES = 256 * 1024;

/** Frames of a helper become an archive, a chunk for each `pull` on the port. Gives the number of entries. */
export async function readTree(job: ReadTreeJob): Promise<{ entries: number; warnings: string[] }> {
  const warnings: string[] = [];
  const chunks = new Chunks(job.port);
  const archiver = new TreeArchiver(job.archive, {
    write: (bytes) => chunks.add(bytes),
    warn: (line) => warnings.push(line),
  });
  try {
    for (const frame of readFrames(job.frames)) {
      if (frame.type === FrameType.error) throw treeFailure(frame.payload);
      if (frame.type === FrameType.ack) {
        if (frame.offset === 0) return { entries: 0, warnings };
        archiver.end();
        await chunks.finish();
        return { entries: frame.offset, warnings };
      }
      archiver.frame(frame);
      if (chunks.full) await chunks.handOver();
    }
    throw treeHelperVanished();
  } finally {
    job.port.close();
  }
}

/** Collects bytes and gives them away, memory and all. */
class Chunks {
  readonly #port: MessagePort;
  readonly #full: { buffer: ArrayBuffer; length: number }[] = [];
  #current = new Uint8Array(CHUNK_BYTES);
  #filled = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  get full(): boolean {
    return this.#full.length > 0;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + CHUNK_BYTES - this.#filled);
      this.#current.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === CHUNK_BYTES) this.#cut();
    }
  }

  async handOver(): Promise<void> {
    for (const chunk of this.#full.splice(0)) {
      await once(this.#port, 'message');
      const { buffer, length } = chunk;
      this.#port.postMessage({ kind: 'chunk', buffer, length } satisfies StreamMessage, [buffer]);
    }
  }

  async finish(): Promise<void> {
    if (this.#filled > 0) this.#cut();
    await this.handOver();
    await once(this.#port, 'message');
    this.#port.postMessage({ kind: 'end' } satisfies StreamMessage);
  }

  #cut(): void {
    this.#full.push({ buffer: this.#current.buffer, length: this.#filled });
    this.#current = new Uint8Array(CHUNK_BYTES);
    this.#filled = 0;
  }
}
