import { CRI_TEXT_AT, criContentLength, scanCri } from '@boxyard/spec';
import { plainText } from './ansi';
import { guessLevel } from './levels';
import { type LogLine, TEXT_MAX } from './line';

const TAG_P = 0x50;
const TAG_G = 0x47;
const ZERO = 0x30;
const SECOND_BYTES = 19;
const FRACTION_AT = 20;
const FRACTION_DIGITS = 9;
/** Only so much of a line is looked at for its level. */
const LEVEL_LOOKS_AT = 400;

interface OpenLine {
  line: LogLine;
  /** Cuts between parts may lie inside a character. */
  decoder: TextDecoder;
}

/** What came of a block of records. */
export interface Read {
  /** New lines, in the order of the log. One that is `open` may grow with a later block. */
  lines: LogLine[];
  /** Lines given out before that grew or ended. */
  changed: LogLine[];
  /** Content offset after the block. */
  end: number;
}

/** Makes lines of the CRI records of one log, read forward from anywhere. */
export class LogReader {
  readonly #source: number;
  readonly #open = new Map<LogLine['stream'], OpenLine>();
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  /** Parsing a date takes longer than all the rest of a line; most lines are of the same second. */
  #second = '';
  #secondMs = 0;

  constructor(source: number) {
    this.#source = source;
  }

  /** Takes whole records; `offset` is the content offset of the first. */
  read(bytes: Uint8Array, offset: number): Read {
    const read: Read = { lines: [], changed: [], end: offset };
    scanCri(bytes, (span) => {
      const length = criContentLength(bytes, span);
      const stream = span.stream === 2 ? 'stderr' : 'stdout';
      const { at, end, tag } = span;
      const open = this.#open.get(stream);
      if (tag === TAG_G) {
        read.lines.push({ ...this.#line(bytes, at, stream), offset: read.end, bytes: length, hole: 'lost' });
      } else if (open || tag === TAG_P) {
        this.#part(bytes, { at, end, stream, length, last: tag !== TAG_P }, read);
      } else {
        const line = this.#line(bytes, at, stream);
        line.offset = read.end;
        line.bytes = length;
        setText(line, this.#decode(bytes, at + CRI_TEXT_AT, end, line));
        read.lines.push(line);
      }
      read.end += length;
    });
    return read;
  }

  #part(
    bytes: Uint8Array,
    part: { at: number; end: number; stream: LogLine['stream']; length: number; last: boolean },
    read: Read,
  ): void {
    const { at, end, stream, length, last } = part;
    let open = this.#open.get(stream);
    if (open) {
      if (!read.lines.includes(open.line) && !read.changed.includes(open.line)) read.changed.push(open.line);
    } else {
      const line = { ...this.#line(bytes, at, stream), offset: read.end, open: true };
      open = { line, decoder: new TextDecoder('utf-8', { ignoreBOM: true }) };
      this.#open.set(stream, open);
      read.lines.push(line);
    }
    const { line, decoder } = open;
    const from = at + CRI_TEXT_AT;
    const room = Math.max(0, TEXT_MAX - line.text.length);
    const taken = Math.min(end - from, room);
    line.more += end - from - taken;
    // What lies in between of another stream counts to that; a place within the parts still finds the line.
    line.bytes += length;
    setText(line, line.text + decoder.decode(bytes.subarray(from, from + taken), { stream: !last }));
    if (!last) return;
    delete line.open;
    this.#open.delete(stream);
  }

  #line(bytes: Uint8Array, at: number, stream: LogLine['stream']): LogLine {
    const time = this.#time(bytes, at);
    const source = this.#source;
    return { source, offset: 0, bytes: 0, time, order: time, stream, level: undefined, text: '', more: 0 };
  }

  #decode(bytes: Uint8Array, from: number, end: number, line: LogLine): string {
    const taken = Math.min(end, from + TEXT_MAX);
    line.more = end - taken;
    return this.#utf8.decode(bytes.subarray(from, taken));
  }

  #time(bytes: Uint8Array, at: number): number {
    let second = '';
    for (let index = at; index < at + SECOND_BYTES; index++)
      second += String.fromCharCode(bytes[index] as number);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondMs = Date.parse(`${second}Z`) || 0;
    }
    let fraction = 0;
    for (let index = 0; index < FRACTION_DIGITS; index++)
      fraction = fraction * 10 + (bytes[at + FRACTION_AT + index] as number) - ZERO;
    return this.#secondMs + fraction / 1e6;
  }
}

function setText(line: LogLine, text: string): void {
  line.text = text;
  line.level = guessLevel(plainText(text.length > LEVEL_LOOKS_AT ? text.slice(0, LEVEL_LOOKS_AT) : text));
}
