import { CREDIT_GRANT_BYTES, CREDIT_WINDOW_BYTES } from '@boxyard/spec';
import type { Taken } from './types.ts';

/**
 * The receiving side's account: how much the agent may still send. Bytes count as taken when the handler's promise settles; they are
 * granted again in lots of 64 KiB.
 */
export class CreditAccount {
  #grant: (bytes: number) => void;
  /** Given to the handler, not settled yet. */
  #waiting = 0;
  /** Settled, not granted yet. */
  #taken = 0;

  constructor(grant: (bytes: number) => void) {
    this.#grant = grant;
  }

  /** The window for a new connection: what the handler has not settled yet is not offered again. */
  open(): number {
    this.#taken = 0;
    return Math.max(CREDIT_WINDOW_BYTES - this.#waiting, 0);
  }

  /** `bytes` of payload arrived and `taken` settles when they were consumed. */
  received(bytes: number, taken: Taken): void {
    if (!taken) {
      this.#took(bytes);
      return;
    }
    this.#waiting += bytes;
    const settle = () => {
      this.#waiting -= bytes;
      this.#took(bytes);
    };
    // A handler that failed has lost its bytes; holding the credit back as well would only hang the stream.
    taken.then(settle, settle);
  }

  #took(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken < CREDIT_GRANT_BYTES) return;
    const granted = this.#taken;
    this.#taken = 0;
    this.#grant(granted);
  }
}

/** Payload of a credit frame. */
export function creditPayload(bytes: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, bytes, true);
  return payload;
}
