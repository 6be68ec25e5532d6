import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Work that goes on after the call that caused it was answered. It has an owner, who waits for it at the end. */
export class Background {
  readonly #logger: Logger;
  readonly #running = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Fires when the engine closes: those who only wait should give up. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Runs `work`; a failure is logged under `what`. The promise never rejects. */
  run(what: string, work: () => Promise<unknown>): Promise<void> {
    const running = work()
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!this.signal.aborted) this.#logger.error({ err: error }, `${what} failed`);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** Runs `work` after a while, unless the engine closes before. */
  later(what: string, milliseconds: number, work: () => Promise<unknown>): void {
    void this.run(what, async () => {
      await sleep(milliseconds, undefined, { signal: this.signal, ref: false });
      await work();
    });
  }

  /** Ends all waiting. */
  end(): void {
    this.#ending.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
