import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runJob } from '../worker/run.ts';
import { isMissing, writeFileAtomic } from './files.ts';
import type { LayerStore } from './layers.ts';

/** So long layers of one pull are collected before the disk is asked to keep them all. */
const DELAY_MILLISECONDS = 1000;

/**
 * What comes from a registry is used before the disk has it: waiting would take longer than everything else together. A note that is on
 * disk first says that a power failure may have left such layers half written; a moment later the disk is asked for them and the note
 * goes. Who finds the note of another boot makes those layers anew from their blobs.
 */
export class Flush implements AsyncDisposable {
  readonly #root: string;
  readonly #note: string;
  readonly #layers: LayerStore;
  readonly #onFailure: (error: unknown) => void;
  readonly #pending = new Set<string>();
  #noted: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(root: string, layers: LayerStore, onFailure: (error: unknown) => void) {
    this.#root = root;
    this.#note = join(root, 'unflushed');
    this.#layers = layers;
    this.#onFailure = onFailure;
  }

  /** Layers (diff ids) that a power failure may have spoilt: the machine was started anew since they came. */
  async suspects(): Promise<string[]> {
    try {
      const boot = (await readFile(this.#note, 'utf8')).trim();
      const unflushed = this.#layers.list().filter((diffId) => this.#layers.info(diffId)?.flushed === false);
      if (boot !== bootId()) return unflushed;
      for (const diffId of unflushed) this.schedule(diffId);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return [];
  }

  /** Resolves when the note is on disk: then a layer may take its place that is not. */
  noted(): Promise<void> {
    this.#noted ??= writeFileAtomic(this.#note, `${bootId()}\n`);
    return this.#noted;
  }

  /** The layer, or a blob of it, is in its place. */
  schedule(diffId: string): void {
    this.#pending.add(diffId);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#running.then(() => this.#flush());
    }, DELAY_MILLISECONDS);
  }

  /** What is not asked for yet is left to the kernel, and to whoever opens the store next. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #flush(): Promise<void> {
    const flushed = [...this.#pending];
    try {
      await runJob({ kind: 'flush', path: this.#root });
      for (const diffId of flushed) {
        await this.#layers.setFlushed(diffId);
        this.#pending.delete(diffId);
      }
      if (this.#pending.size > 0) return;
      this.#noted = undefined;
      await rm(this.#note, { force: true });
    } catch (error) {
      this.#onFailure(error);
    }
  }
}

/** Of the running kernel (random(4)). */
const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
