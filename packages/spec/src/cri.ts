/**
 * The log's records, Kubernetes CRI text with two fixed widths that Boxyard guarantees (docs/protocol.md, Log):
 * `2026-11-22T05:53:27.123456789Z stdout F text\n`: 30 bytes of time, 6 of stream name, so text begins at byte 40 of a record.
 */
export const CRI_TIME_BYTES = 30;
/** Time, space, `stdout`, space, tag, space. */
export const CRI_TEXT_AT = 40;
const STREAM_AT = 34; // the letter that differs: stdOut, stdErr
const TAG_AT = 38;

const NEWLINE = 0x0a;
const LETTER_O = 0x6f;
const LETTER_E = 0x65;
const TAG_F = 0x46;
const TAG_P = 0x50;
const TAG_G = 0x47;

export interface CriRecord {
  /** RFC 3339 with nine digits. */
  time: string;
  stream: 'stdout' | 'stderr';
  /** F: a whole line (its newline is not in `text`); P: the line goes on in the next record; G: bytes lost, their number in `text`. */
  tag: 'F' | 'P' | 'G';
  text: string;
}

/**
 * Where one record lies in a block of the log. The same object is reused from record to record: take what you need.
 * `end` is the index of the newline; text is `[at + CRI_TEXT_AT, end)`.
 */
export interface CriSpan {
  at: number;
  end: number;
  /** 1 stdout, 2 stderr (Stream of frames). */
  stream: 1 | 2;
  /** Character code of F, P or G. */
  tag: number;
}

/**
 * Walks the whole records of `bytes` and returns the index after the last one (an incomplete line is left to the next block).
 * A line that is no record (a damaged log) is skipped: one bad sector must not hide the rest.
 */
export function scanCri(bytes: Uint8Array, visit: (span: CriSpan) => void): number {
  const span: CriSpan = { at: 0, end: 0, stream: 1, tag: TAG_F };
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at + CRI_TEXT_AT);
    if (end === -1) break;
    if (isRecordAt(bytes, at)) {
      span.at = at;
      span.end = end;
      span.stream = bytes[at + STREAM_AT] === LETTER_E ? 2 : 1;
      span.tag = bytes[at + TAG_AT] ?? TAG_F;
      visit(span);
      at = end + 1;
    } else {
      at = bytes.indexOf(NEWLINE, at) + 1;
    }
  }
  return at;
}

function isRecordAt(bytes: Uint8Array, at: number): boolean {
  const stream = bytes[at + STREAM_AT];
  const tag = bytes[at + TAG_AT];
  return (
    bytes[at + CRI_TIME_BYTES] === 0x20 &&
    (stream === LETTER_O || stream === LETTER_E) &&
    bytes[at + TAG_AT - 1] === 0x20 &&
    bytes[at + TAG_AT + 1] === 0x20 &&
    (tag === TAG_F || tag === TAG_P || tag === TAG_G)
  );
}

/** Bytes of content (what the program wrote) a record stands for: text, and the newline of F; for G the bytes that were lost. */
export function criContentLength(bytes: Uint8Array, { at, end, tag }: CriSpan): number {
  const length = end - at - CRI_TEXT_AT;
  if (tag === TAG_F) return length + 1;
  return tag === TAG_P
    ? length
    : Number(new TextDecoder().decode(bytes.subarray(at + CRI_TEXT_AT, end))) || 0;
}

const utf8 = new TextDecoder();

/** Every whole record as an object; for places where convenience counts more than speed. */
export function parseCri(bytes: Uint8Array): CriRecord[] {
  const records: CriRecord[] = [];
  scanCri(bytes, ({ at, end, stream, tag }) => {
    records.push({
      time: utf8.decode(bytes.subarray(at, at + CRI_TIME_BYTES)),
      stream: stream === 2 ? 'stderr' : 'stdout',
      tag: String.fromCharCode(tag) as CriRecord['tag'],
      text: utf8.decode(bytes.subarray(at + CRI_TEXT_AT, end)),
    });
  });
  return records;
}

/** One record as it stands in the log. */
export function formatCri({ time, stream, tag, text }: CriRecord): string {
  return `${time} ${stream} ${tag} ${text}\n`;
}

/**
 * The text of records, apart by stream: appends to `out[stream]` and returns how far `bytes` was taken. Written for a million short
 * lines (box logs ≤ 0.8 s): short texts are copied byte by byte while their end is sought, which beats a native call per line.
 */
export class CriTextSplitter {
  readonly #flush: (stream: 1 | 2, text: Uint8Array) => void;
  readonly #timestamps: boolean;
  readonly #ordered: boolean;
  readonly #buffers: Record<1 | 2, { bytes: Uint8Array; used: number; atLineStart: boolean }>;

  /**
   * @param flush takes the text; the memory is reused after it returns
   * @param options.timestamps each line begins with its time
   * @param options.ordered both streams go to one place: text is flushed whenever the stream changes, so that lines keep their order
   */
  constructor(
    flush: (stream: 1 | 2, text: Uint8Array) => void,
    options: { timestamps?: boolean; ordered?: boolean; bufferBytes?: number } = {},
  ) {
    this.#flush = flush;
    this.#timestamps = options.timestamps ?? false;
    this.#ordered = options.ordered ?? false;
    const size = options.bufferBytes ?? 256 * 1024;
    this.#buffers = {
      1: { bytes: new Uint8Array(size), used: 0, atLineStart: true },
      2: { bytes: new Uint8Array(size), used: 0, atLineStart: true },
    };
  }

  /** Takes whole records; returns the index after the last whole one. Call `end()` to get what is still buffered. */
  push(bytes: Uint8Array): number {
    let at = 0;
    let last: 1 | 2 | 0 = 0;
    while (bytes.length - at > CRI_TEXT_AT) {
      if (!isRecordAt(bytes, at)) {
        const newline = bytes.indexOf(NEWLINE, at);
        if (newline === -1) return at;
        at = newline + 1;
        continue;
      }
      const end = findNewline(bytes, at + CRI_TEXT_AT);
      if (end === -1) return at;
      const stream = bytes[at + STREAM_AT] === LETTER_E ? 2 : 1;
      if (this.#ordered && last !== 0 && last !== stream) this.#flushStream(last);
      last = stream;
      this.#append(stream, bytes, at, end);
      at = end + 1;
    }
    if (this.#ordered && last !== 0) this.#flushStream(last);
    return at;
  }

  /** Hands out everything buffered. */
  end(): void {
    this.#flushStream(1);
    this.#flushStream(2);
  }

  #append(stream: 1 | 2, bytes: Uint8Array, at: number, end: number): void {
    const tag = bytes[at + TAG_AT];
    if (tag === TAG_G) return;
    const buffer = this.#buffers[stream];
    const textAt = at + CRI_TEXT_AT;
    const needed = end - textAt + CRI_TIME_BYTES + 2;
    if (buffer.used + needed > buffer.bytes.length) {
      this.#flushStream(stream);
      if (needed > buffer.bytes.length) buffer.bytes = new Uint8Array(needed);
    }
    const out = buffer.bytes;
    let used = buffer.used;
    if (this.#timestamps && buffer.atLineStart) {
      out.set(bytes.subarray(at, at + CRI_TIME_BYTES + 1), used);
      used += CRI_TIME_BYTES + 1;
    }
    if (end - textAt <= SHORT_TEXT_BYTES) {
      for (let index = textAt; index < end; index++) out[used++] = bytes[index] as number;
    } else {
      out.set(bytes.subarray(textAt, end), used);
      used += end - textAt;
    }
    if (tag === TAG_F) out[used++] = NEWLINE;
    buffer.used = used;
    buffer.atLineStart = tag === TAG_F;
  }

  #flushStream(stream: 1 | 2): void {
    const buffer = this.#buffers[stream];
    if (buffer.used === 0) return;
    const text = buffer.bytes.subarray(0, buffer.used);
    buffer.used = 0;
    this.#flush(stream, text);
  }
}

/** Below this a loop in JavaScript is faster than the call of a native search or copy (measured: about 100 ns a call). */
const SHORT_TEXT_BYTES = 64;

function findNewline(bytes: Uint8Array, from: number): number {
  const near = Math.min(bytes.length, from + SHORT_TEXT_BYTES);
  for (let index = from; index < near; index++) if (bytes[index] === NEWLINE) return index;
  return near === bytes.length ? -1 : bytes.indexOf(NEWLINE, near);
}
