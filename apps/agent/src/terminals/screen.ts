import serializeAddon from '@xterm/addon-serialize';
import unicodeGraphemes from '@xterm/addon-unicode-graphemes';
import headless, { type Terminal } from '@xterm/headless';
import { SequenceTracker } from './sequence-tracker.ts';
import { TerminalModes } from './terminal-modes.ts';

/** Lines above the screen that a reload brings back. */
const SCROLLBACK_LINES = 1_000;
/** An unfinished sequence longer than this is none (a binary file on the terminal): it goes to the emulator as it is. */
const TAIL_MAX_BYTES = 64 * 1024;

/** Where addon-serialize goes on with the alternate buffer. */
const ALTERNATE_BUFFER = '\x1b[?1049h\x1b[H';

/** Bytes that make a cleared terminal of this size show the screen; the session's output goes on at `offset`. */
export interface Snapshot {
  bytes: Uint8Array;
  offset: number;
  rows: number;
  columns: number;
}

/**
 * A headless terminal that knows at which output offset it is. The emulator gets whole sequences only; an unfinished one stays in
 * `#tail` and goes into snapshots raw, so that a snapshot is right at every offset.
 */
export class Screen {
  #terminal: Terminal;
  #serializer = new serializeAddon.SerializeAddon();
  #modes: TerminalModes;
  #tracker = new SequenceTracker();
  #tail: Uint8Array = new Uint8Array(0);
  #received: number;
  /** What the emulator has parsed: state after `offset - tail.length` bytes, and the raw rest. */
  #parsed: { offset: number; tail: Uint8Array };
  #waiting: { atLeast: number; resolve: (snapshot: Snapshot) => void }[] = [];

  constructor(size: { rows: number; columns: number }, offset: number) {
    this.#terminal = new headless.Terminal({
      rows: size.rows,
      cols: size.columns,
      scrollback: SCROLLBACK_LINES,
      allowProposedApi: true,
    });
    this.#terminal.loadAddon(this.#serializer);
    this.#terminal.loadAddon(new unicodeGraphemes.UnicodeGraphemesAddon());
    this.#modes = new TerminalModes(this.#terminal);
    this.#received = offset;
    this.#parsed = { offset, tail: this.#tail };
  }

  /** Offset up to which output was parsed. */
  get offset(): number {
    return this.#parsed.offset;
  }

  /** `taken` is called when the bytes were parsed. The bytes must stay as they are. */
  write(bytes: Uint8Array, offset: number, taken: () => void): void {
    const cut = this.#tracker.push(bytes);
    const whole = cut >= 0 ? Buffer.concat([this.#tail, bytes.subarray(0, cut)]) : new Uint8Array(0);
    const rest = cut >= 0 ? new Uint8Array(bytes.subarray(cut)) : Buffer.concat([this.#tail, bytes]);
    const flushed = rest.length > TAIL_MAX_BYTES;
    this.#tail = flushed ? new Uint8Array(0) : rest;
    this.#received = offset + bytes.length;
    const after = { offset: this.#received, tail: this.#tail };
    this.#terminal.write(flushed ? Buffer.concat([whole, rest]) : whole, () => {
      this.#parsed = after;
      taken();
      this.#answer();
    });
  }

  resize(rows: number, columns: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** What led to this screen is lost: empty, and output goes on at `offset`. */
  reset(offset: number): void {
    this.#tracker = new SequenceTracker();
    this.#tail = new Uint8Array(0);
    this.#received = offset;
    const after = { offset, tail: this.#tail };
    this.#terminal.write('\x18\x1bc', () => {
      this.#parsed = after;
      this.#answer();
    });
  }

  /** The screen at an offset of at least `atLeast`, as soon as that was parsed. */
  snapshotFrom(atLeast: number): Promise<Snapshot> {
    return new Promise((resolve) => {
      this.#waiting.push({ atLeast, resolve });
      // Called back when everything written before was parsed: from there on the state is consistent.
      this.#terminal.write('', () => this.#answer());
    });
  }

  /** The screen as parsed. Only consistent from within a `taken` callback or when nothing is being parsed. */
  snapshot(scrollback = SCROLLBACK_LINES): Snapshot {
    // addon-serialize ends the normal buffer with the current colours, and the alternate one would begin in them.
    const cells = this.#serializer
      .serialize({ scrollback })
      .replace(ALTERNATE_BUFFER, `\x1b[m${ALTERNATE_BUFFER}`);
    const text = cells + this.#modes.serialize();
    const { offset, tail } = this.#parsed;
    const { rows, cols: columns } = this.#terminal;
    return { bytes: Buffer.concat([Buffer.from(text), tail]), offset, rows, columns };
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #answer(): void {
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter(({ atLeast }) => atLeast <= this.#parsed.offset);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((request) => !ready.includes(request));
    const snapshot = this.snapshot();
    for (const { resolve } of ready) resolve(snapshot);
  }
}
