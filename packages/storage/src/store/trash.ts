import { randomBytes } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Syscalls } from '@boxyard/kernel';
import { FrameDecoder, FrameType } from '@boxyard/spec';
import { helperFailure, helperVanished } from '../unpack/helper-failure.ts';
import { isMissing } from './files.ts';
import { receiveAll } from './receive.ts';

/** An unpack helper whose agent was killed works off what is in its socket, milliseconds, while we already delete its tree. */
const ATTEMPTS = 5;
const RETRY_MILLISECONDS = 50;

/**
 * Trees on their way out: renamed away at once, deleted by a helper in the background. Nothing in them is ever opened by this process,
 * and their depth does not matter.
 */
export class Trash implements AsyncDisposable {
  readonly #kernel: Syscalls;
  readonly #helper: number;
  readonly #directory: string;
  readonly #onFailure: (error: unknown) => void;
  #running: Promise<void> | undefined;
  /** Something came in since the running helper started: it may have passed that name already. */
  #again = false;

  constructor(options: {
    kernel: Syscalls;
    helper: number;
    directory: string;
    onFailure: (error: unknown) => void;
  }) {
    this.#kernel = options.kernel;
    this.#helper = options.helper;
    this.#directory = options.directory;
    this.#onFailure = options.onFailure;
  }

  /** Moves a tree away; resolves once it is gone from its place. A path that does not exist is gone already. */
  async take(path: string): Promise<void> {
    try {
      await rename(path, join(this.#directory, randomBytes(8).toString('hex')));
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    this.sweep();
  }

  /** Starts deleting what is in the trash, unless that is under way. */
  sweep(): void {
    this.#again = true;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is left to do; what could not be deleted stays until the next start. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.settled();
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#attempt();
    }
    // In the same step as the last look at #again: a sweep asked for in between would be lost.
    this.#running = undefined;
  }

  async #attempt(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        if ((await readdir(this.#directory)).length > 0) await this.#empty();
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) {
          this.#onFailure(error);
          return;
        }
        await setTimeout(RETRY_MILLISECONDS);
      }
    }
  }

  async #empty(): Promise<void> {
    const kernel = this.#kernel;
    const directory = kernel.openDirectory(this.#directory);
    const [frames, framesOfHelper] = kernel.socketpair('stream');
    let pid: number;
    try {
      pid = kernel.spawn({
        fd: this.#helper,
        argv: ['boxshim', 'remove'],
        env: [],
        descriptors: { 4: framesOfHelper, 5: directory },
      });
    } catch (error) {
      kernel.close(frames);
      throw error;
    } finally {
      kernel.close(framesOfHelper);
      kernel.close(directory);
    }
    try {
      for (const frame of new FrameDecoder().push(await receiveAll(frames))) {
        if (frame.type === FrameType.error) throw helperFailure(frame.payload);
        if (frame.type === FrameType.ack) return;
      }
      throw helperVanished();
    } finally {
      await kernel.reap(pid);
    }
  }
}
