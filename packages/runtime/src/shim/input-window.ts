import { INPUT_WINDOW_BYTES } from '@boxyard/spec';

/** A frame to be sent now. */
export type InputPiece =
  | { kind: 'input'; offset: number; bytes: Uint8Array }
  | { kind: 'end'; offset: number };

/**
 * Keeps a client's input within the window that the shim has room for. Beyond it the shim would stop reading the connection, and with it
 * the credits that its output waits for: `cat` would stand still for ever.
 */
export class InputWindow {
  readonly #waiting: { offset: number; bytes: Uint8Array }[] = [];
  /** What the shim has written to the process, or need not get again. */
  #accepted = 0;
  #end: number | undefined;
  #endSent = false;

  /** The input ends there. */
  close(offset: number): void {
    this.#end = offset;
  }

  push(offset: number, bytes: Uint8Array): void {
    this.#waiting.push({ offset, bytes });
  }

  accept(offset: number): void {
    this.#accepted = Math.max(this.#accepted, offset);
  }

  /** Nothing is kept back. */
  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** What may be sent now, in order; what was accepted before (a repeat after a reconnect) is left out. */
  *take(): Generator<InputPiece> {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const known = Math.min(Math.max(this.#accepted - first.offset, 0), first.bytes.length);
      const offset = first.offset + known;
      const room = this.#accepted + INPUT_WINDOW_BYTES - offset;
      const bytes = first.bytes.subarray(known, known + Math.max(room, 0));
      if (bytes.length > 0) {
        yield { kind: 'input', offset, bytes };
      }
      if (known + bytes.length < first.bytes.length) {
        this.#waiting[0] = {
          offset: offset + bytes.length,
          bytes: first.bytes.subarray(known + bytes.length),
        };
        return;
      }
      this.#waiting.shift();
    }
    if (this.#end !== undefined && !this.#endSent) {
      this.#endSent = true;
      yield { kind: 'end', offset: this.#end };
    }
  }
}
