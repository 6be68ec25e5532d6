import { CREDIT_WINDOW_BYTES } from '@boxyard/spec';
import type { ChannelLink } from './connection.ts';

/**
 * Passes a client's credit on to the engine, but never more than one window at a time and nothing while the connection is clogged:
 * so a client that grants much and reads nothing costs its window.
 */
export class CreditGate {
  #link: ChannelLink;
  /** Granted by the client, not passed on. */
  #held: number;
  /** Passed on, not used by data yet. */
  #outstanding = 0;

  constructor(link: ChannelLink, granted: number) {
    this.#link = link;
    this.#held = granted;
  }

  /** The client granted more. */
  add(bytes: number): void {
    this.#held = Math.min(this.#held + bytes, Number.MAX_SAFE_INTEGER);
  }

  /** Data of this many bytes came from the engine. */
  used(bytes: number): void {
    this.#outstanding = Math.max(this.#outstanding - bytes, 0);
  }

  /** What to grant the engine now (0: nothing). */
  take(): number {
    if (!this.#link.roomy) return 0;
    const bytes = Math.min(this.#held, CREDIT_WINDOW_BYTES - this.#outstanding);
    if (bytes <= 0) return 0;
    this.#held -= bytes;
    this.#outstanding += bytes;
    return bytes;
  }
}
