import { cancelled } from '../worker/run.ts';

/** Work that one caller does and others wait for. */
export class Underway<Progress> {
  readonly #ended = Promise.withResolvers<void>();
  readonly #listeners = new Set<(progress: Progress) => void>();

  /** Tells everybody who waits how far it is. */
  report(progress: Progress): void {
    for (const listener of this.#listeners) listener(progress);
  }

  end(): void {
    this.#ended.resolve();
  }

  /** Resolves when it has ended, well or not; rejects with CANCELLED when the signal fires before. */
  async wait(options: {
    signal?: AbortSignal | undefined;
    onProgress?: ((progress: Progress) => void) | undefined;
  }): Promise<void> {
    const { signal, onProgress } = options;
    const { promise, reject } = Promise.withResolvers<never>();
    const leave = () => reject(cancelled(signal));
    signal?.addEventListener('abort', leave, { once: true });
    const listener = (progress: Progress) => onProgress?.(progress);
    this.#listeners.add(listener);
    try {
      await Promise.race([this.#ended.promise, promise]);
    } finally {
      this.#listeners.delete(listener);
      signal?.removeEventListener('abort', leave);
    }
  }
}
