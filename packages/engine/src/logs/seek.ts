import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Position, READ_BYTES } from './cursor.ts';
import { contentOf, measureRecords } from './measure.ts';
import { offsetAt } from './offset-at.ts';
import { seekTime } from './seek-time.ts';
import { listSegments, type Segment } from './segments.ts';

const NEWLINE = 0x0a;
const TAG_AT = 38;
const TAG_F = 0x46;
const TAG_P = 0x50;

/** Where to begin: everything there is, from a content offset, or from a moment (`2026-11-22T05:53:27.123456789Z`, always nine digits). */
export type SeekTarget =
  | { kind: 'start' }
  | { kind: 'offset'; offset: number }
  | { kind: 'time'; since: string };

/** A place to read from; without a segment the log is empty (yet), and reading goes on at `offset`. */
export type Found = Position | { segment?: undefined; offset: number };

/** Finds the first record to read. Reads one segment at most, in blocks. */
export async function seekForward(directory: string, target: SeekTarget): Promise<Found> {
  const segments = await listSegments(directory);
  const [first] = segments;
  if (!first) return { offset: target.kind === 'offset' ? target.offset : 0 };
  const start = { segment: first, at: 0, offset: first.offset };
  if (target.kind === 'start') return start;
  if (target.kind === 'offset') {
    const segment = segments.findLast(({ offset }) => offset <= target.offset);
    return segment ? walkTo(directory, segment, target.offset) : start;
  }
  return seekTime(directory, segments, target.since);
}

/** From the start of a segment to the first record that `found` accepts, or its end. `at` is a place in `bytes`. */
async function walk(
  directory: string,
  segment: Segment,
  found: (record: { bytes: Buffer; at: number; position: number; offset: number }) => boolean,
): Promise<Position> {
  await using file = await open(join(directory, segment.name));
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let position = 0;
  let offset = segment.offset;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    let hit = false;
    const { end, content } = measureRecords(buffer, { from: 0, end: bytesRead }, (at, before) => {
      hit = found({ bytes: buffer, at, position: position + at, offset: offset + before });
      return hit;
    });
    position += end;
    offset += content;
    if (hit || end === 0) return { segment, at: position, offset };
  }
}

/** The record that holds the content byte `target`, or the end of the segment. */
async function walkTo(directory: string, segment: Segment, target: number): Promise<Position> {
  let before: Position | undefined;
  const after = await walk(directory, segment, ({ position, offset }) => {
    if (offset > target) return true;
    before = { segment, at: position, offset };
    return false;
  });
  return after.offset <= target ? after : (before ?? after);
}

/** Content offset of the end of the log's whole records: where the next start goes on. */
export async function findLogEnd(directory: string): Promise<{ sequence: number; offset: number }> {
  const last = (await listSegments(directory)).at(-1);
  if (!last) return { sequence: 0, offset: 0 };
  const { offset } = await walk(directory, last, () => false);
  return { sequence: last.sequence, offset };
}

/**
 * The first record of the last `lines` lines, reading backwards in blocks: a log of a gigabyte is never read as a whole. The content
 * offset of a place in the newest segment is counted from that segment's start, unless `endOffset` knows where the segment ends.
 */
export async function seekTail(
  directory: string,
  lines: number,
  endOffset?: (segment: Segment, size: number) => Promise<number | undefined>,
): Promise<Found> {
  const segments = await listSegments(directory);
  const last = segments.at(-1);
  if (!last) return { offset: 0 };
  let missing = lines;
  for (const [index, segment] of [...segments.entries()].reverse()) {
    await using file = await open(join(directory, segment.name));
    const found = await walkBack(file, missing, { newest: index === segments.length - 1 });
    missing -= found.lines;
    if (missing > 0 && index > 0) continue;
    if (found.at === 0) return { segment, at: 0, offset: segment.offset };
    const end = segments[index + 1]?.offset ?? (await endOffset?.(segment, found.end));
    if (end !== undefined) return { segment, at: found.at, offset: end - found.content };
    return { segment, at: found.at, offset: await offsetAt(file, segment, found.at) };
  }
  return { segment: last, at: 0, offset: last.offset };
}

/** The first record of the `lines` lines before the record that holds the content byte `before`. */
export async function seekBefore(directory: string, before: number, lines: number): Promise<Found> {
  const found = await seekForward(directory, { kind: 'offset', offset: before });
  if (!found.segment) return found;
  const segments = await listSegments(directory);
  const last = segments.findIndex(({ sequence }) => sequence === found.segment.sequence);
  let missing = lines;
  let { at, offset } = found;
  for (let index = last; ; index -= 1) {
    const segment = segments[index];
    // Rotated away meanwhile: what is left begins where the last look ended.
    if (!segment) return segments[0] ? { segment: segments[0], at: 0, offset: segments[0].offset } : found;
    await using file = await open(join(directory, segment.name));
    const back = await walkBack(file, missing, index === last ? { end: at } : {});
    missing -= back.lines;
    ({ at } = back);
    offset = at === 0 ? segment.offset : offset - back.content;
    if (missing <= 0 || index === 0) return { segment, at, offset };
  }
}

interface WalkedBack {
  /** Byte where the wanted lines begin. */
  at: number;
  /** Byte after the last whole record. */
  end: number;
  /** Content bytes from `at` to `end`. */
  content: number;
  lines: number;
}

/**
 * An F record ends a line; a P record at the very end of the log (`newest`) is a line that nobody ended yet. `end` is the byte after a
 * record; without it the walk begins after the last whole one.
 */
async function walkBack(
  file: FileHandle,
  wanted: number,
  options: { newest?: boolean; end?: number },
): Promise<WalkedBack> {
  const size = options.end ?? (await file.stat()).size;
  let at = size;
  let end = options.end ?? -1;
  let content = 0;
  let lines = 0;
  let block: Buffer = Buffer.alloc(0);
  for (let blockStart = size; ; ) {
    // `block` holds [blockStart, at): take whole records off its end.
    let newline = block.lastIndexOf(NEWLINE);
    if (end === -1 && newline !== -1) {
      end = at = blockStart + newline + 1;
      block = block.subarray(0, newline + 1);
    }
    while (end !== -1 && at > blockStart) {
      newline = at - blockStart - 1;
      const before = newline === 0 ? -1 : block.lastIndexOf(NEWLINE, newline - 1);
      if (before === -1 && blockStart > 0) break;
      const start = before + 1;
      const tag = block[start + TAG_AT];
      const open = options.newest && at === end && tag === TAG_P;
      if (tag === TAG_F || open) {
        if (lines === wanted) return { at, end, content, lines };
        lines += 1;
      }
      content += contentOf(block, start, newline);
      at = blockStart + start;
    }
    if (blockStart === 0) return { at: 0, end: Math.max(end, 0), content, lines };
    const length = Math.min(READ_BYTES, blockStart);
    const larger = Buffer.allocUnsafe(length + at - blockStart);
    await file.read(larger, 0, length, blockStart - length);
    block.copy(larger, length, 0, at - blockStart);
    blockStart -= length;
    block = larger;
  }
}
