import type { SessionClient } from '@boxyard/runtime';

/** A client sends no more than its window without an answer; this is far above any window. */
const LIMIT_BYTES = 1024 * 1024;

/** Input for a session that is not there yet, kept in order until it is. */
export class EarlyInput {
  readonly #steps: ((client: SessionClient) => void)[] = [];
  #bytes = 0;

  /** False when it is too much. */
  push(offset: number, bytes: Uint8Array): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > LIMIT_BYTES) return false;
    const kept = Uint8Array.from(bytes);
    this.#steps.push((client) => void client.input(offset, kept));
    return true;
  }

  close(offset: number): void {
    this.#steps.push((client) => client.closeInput(offset));
  }

  giveTo(client: SessionClient): void {
    for (const step of this.#steps.splice(0)) step(client);
    this.#bytes = 0;
  }
}
