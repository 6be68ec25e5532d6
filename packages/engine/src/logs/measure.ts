import { CRI_TEXT_AT } from '@boxyard/spec';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const TAG_AT = 38;
const TAG_P = 0x50;
const TAG_G = 0x47;
/** Up to here a loop finds the end of a line faster than a native search (about 50 ns a call). */
const NEAR_BYTES = 64;

export interface Measured {
  /** Index after the last whole record that fits. */
  end: number;
  /** Content bytes (what the program wrote, lost bytes of gap records included) these records stand for. */
  content: number;
}

/**
 * Walks whole records from `from` on, at most `budget` bytes of them, but always the first one; and no further than `until` says.
 * A line that is no record (a damaged log) counts as no content. A million short lines take about 20 ms.
 *
 * @param stop called for each record's start; true ends the walk before it
 */
export function measureRecords(
  bytes: Buffer,
  range: { from: number; end: number; budget?: number },
  stop?: (at: number, content: number) => boolean,
): Measured {
  const limit = range.budget === undefined ? range.end : Math.min(range.end, range.from + range.budget);
  let at = range.from;
  let content = 0;
  while (at < range.end) {
    const newline = findNewline(bytes, at, range.end);
    if (newline === -1) break;
    if (newline >= limit && at > range.from) break;
    if (stop?.(at, content)) break;
    content += contentOf(bytes, at, newline);
    at = newline + 1;
  }
  return { end: at, content };
}

/** Content bytes of the record in [at, newline). */
export function contentOf(bytes: Buffer, at: number, newline: number): number {
  if (newline < at + CRI_TEXT_AT || bytes[at + TAG_AT + 1] !== SPACE) return 0;
  const tag = bytes[at + TAG_AT];
  const text = newline - at - CRI_TEXT_AT;
  if (tag === TAG_G) return Number(bytes.toString('latin1', at + CRI_TEXT_AT, newline)) || 0;
  return tag === TAG_P ? text : text + 1;
}

function findNewline(bytes: Buffer, from: number, end: number): number {
  // Text may begin with a newline only right after the header: no need to look into that.
  const start = Math.min(from + CRI_TEXT_AT - 1, end);
  const near = Math.min(end, start + NEAR_BYTES);
  for (let index = start; index < near; index += 1) if (bytes[index] === NEWLINE) return index;
  const found = bytes.indexOf(NEWLINE, near);
  return found === -1 || found >= end ? -1 : found;
}
