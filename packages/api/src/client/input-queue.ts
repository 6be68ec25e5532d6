import { CREDIT_WINDOW_BYTES, FRAME_DATA_BYTES } from '@boxyard/spec';

/** Unacknowledged input that is on its way at most; the agent refuses a client that sends much more. */
const INPUT_WINDOW_BYTES = CREDIT_WINDOW_BYTES;

/**
 * A client's input to one session: kept until the box's side took it, so that it can be sent again after a lost connection.
 * Offsets count this client's bytes from 0.
 */
export class InputQueue {
  /** Pieces after `#acknowledged`, in order. */
  #pieces: { offset: number; bytes: Uint8Array }[] = [];
  #acknowledged = 0;
  #sent = 0;
  #end = 0;

  /** Bytes queued in all: the offset of the next one. */
  get end(): number {
    return this.#end;
  }

  get full(): boolean {
    return this.#end - this.#acknowledged >= INPUT_WINDOW_BYTES;
  }

  get allSent(): boolean {
    return this.#sent === this.#end;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += FRAME_DATA_BYTES) {
      const piece = bytes.subarray(at, at + FRAME_DATA_BYTES);
      this.#pieces.push({ offset: this.#end, bytes: piece });
      this.#end += piece.length;
    }
  }

  /** All before `offset` was taken. */
  acknowledge(offset: number): void {
    if (offset <= this.#acknowledged) return;
    this.#acknowledged = Math.min(offset, this.#end);
    this.#sent = Math.max(this.#sent, this.#acknowledged);
    const first = this.#pieces.findIndex((piece) => piece.offset + piece.bytes.length > this.#acknowledged);
    this.#pieces.splice(0, first < 0 ? this.#pieces.length : first);
  }

  /** A new connection: what was sent and not acknowledged goes out again. */
  rewind(): void {
    this.#sent = this.#acknowledged;
  }

  /** What may be sent now, within the window. */
  *take(): Generator<{ offset: number; bytes: Uint8Array }> {
    for (const { offset, bytes } of this.#pieces) {
      if (offset + bytes.length <= this.#sent) continue;
      if (this.#sent - this.#acknowledged >= INPUT_WINDOW_BYTES) return;
      const from = Math.max(this.#sent, offset);
      this.#sent = offset + bytes.length;
      yield { offset: from, bytes: bytes.subarray(from - offset) };
    }
  }
}
