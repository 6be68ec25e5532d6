import { CRI_TEXT_AT, criContentLength, scanCri } from '@boxyard/spec';

const NEWLINE = 0x0a;
const TAG_F = 0x46;
const TAG_G = 0x47;

export interface ReplayHandlers {
  data(stream: number, offset: number, bytes: Uint8Array): void;
  skipped(from: number, to: number): void;
}

/**
 * Turns log records back into what the program wrote, within [from, to): one `data` for each run of records of the same stream. `offset`
 * is the content offset of the first record. The bytes given out are not used again.
 */
export function replayRecords(
  records: { bytes: Uint8Array; offset: number },
  range: { from: number; to: number },
  handlers: ReplayHandlers,
): void {
  const out = new Uint8Array(records.bytes.length);
  let offset = records.offset;
  let stream = 0;
  let used = 0;
  let start = offset;
  const flush = () => {
    const first = Math.max(range.from - start, 0);
    const last = Math.min(range.to - start, used);
    if (last > first) handlers.data(stream, start + first, out.slice(first, last));
    used = 0;
    start = offset;
  };
  scanCri(records.bytes, (span) => {
    if (span.tag === TAG_G) {
      flush();
      const end = offset + criContentLength(records.bytes, span);
      const lost = { from: Math.max(offset, range.from), to: Math.min(end, range.to) };
      if (lost.to > lost.from) handlers.skipped(lost.from, lost.to);
      offset = start = end;
      return;
    }
    if (span.stream !== stream) flush();
    stream = span.stream;
    const text = records.bytes.subarray(span.at + CRI_TEXT_AT, span.end);
    out.set(text, used);
    used += text.length;
    if (span.tag === TAG_F) out[used++] = NEWLINE;
    offset = start + used;
  });
  flush();
}
