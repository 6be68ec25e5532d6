/**
 * Finds where a terminal's byte stream may be cut: outside escape sequences, characters and clusters of characters. The states are
 * those of https://vt100.net/emu/dec_ansi_parser reduced to "are we inside something", with C1 controls in their UTF-8 form as xterm.js
 * takes them. A printed character may still be joined by what follows it (UAX #29), unless that is ASCII or a control.
 */
const GROUND = 0;
const ESCAPE = 1;
const ESCAPE_INTERMEDIATE = 2;
const CSI = 3;
/** OSC ends with BEL or ST, the other strings with ST alone. */
const OSC = 4;
const STRING = 5;

const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;

export class SequenceTracker {
  #state = GROUND;
  /** Continuation bytes that the current UTF-8 character still lacks. */
  #missing = 0;
  /** The character began with 0xC2: U+0080 to U+00BF, so it may be a C1 control. */
  #c1 = false;
  /** The byte just taken was the last of a character beyond ASCII that is printed. */
  #character = false;

  /** Takes the next bytes; returns the last place among them where the stream may be cut (0: before them), -1 when there is none. */
  push(bytes: Uint8Array): number {
    let cut = -1;
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0;
      if (this.#between && byte < 0x80) cut = index;
      const printed = this.#between && byte >= 0x20;
      this.#byte(byte);
      if (this.#between && !printed && !this.#character) cut = index + 1;
    }
    return cut;
  }

  get #between(): boolean {
    return this.#state === GROUND && this.#missing === 0;
  }

  #byte(byte: number): void {
    this.#character = false;
    if (this.#missing > 0) {
      if ((byte & 0xc0) === 0x80) {
        this.#missing--;
        this.#character = !(this.#c1 && byte < 0xa0);
        if (this.#c1) this.#control(byte);
        this.#c1 = false;
        return;
      }
      this.#missing = 0;
      this.#c1 = false;
    }
    if (byte >= 0x80) {
      this.#missing = byte >= 0xf0 && byte < 0xf8 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
      if (byte >= 0xf8) this.#missing = 0;
      this.#c1 = byte === 0xc2;
    } else if (byte === ESC) {
      this.#state = ESCAPE;
    } else if (byte === CAN || byte === SUB) {
      this.#state = GROUND;
    } else if (this.#state !== GROUND) {
      this.#sequence(byte);
    }
  }

  #sequence(byte: number): void {
    switch (this.#state) {
      case ESCAPE:
        if (byte === 0x5b) this.#state = CSI;
        else if (byte === 0x5d) this.#state = OSC;
        else if (byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) this.#state = STRING;
        else if (byte >= 0x20 && byte <= 0x2f) this.#state = ESCAPE_INTERMEDIATE;
        else if (byte >= 0x30) this.#state = GROUND;
        break;
      case ESCAPE_INTERMEDIATE:
        if (byte >= 0x30) this.#state = GROUND;
        break;
      case CSI:
        if (byte >= 0x40) this.#state = GROUND;
        break;
      case OSC:
        if (byte === BEL) this.#state = GROUND;
        break;
    }
  }

  /** U+0080 to U+009F. */
  #control(code: number): void {
    if (code === 0x9b) this.#state = CSI;
    else if (code === 0x9d) this.#state = OSC;
    else if (code === 0x90 || code === 0x98 || code === 0x9e || code === 0x9f) this.#state = STRING;
    else if (code === 0x9c) this.#state = GROUND;
  }
}
