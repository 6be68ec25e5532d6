import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CRI_TIME_BYTES } from '@boxyard/spec';
import type { Position } from './cursor.ts';
import { measureRecords } from './measure.ts';
import { offsetAt } from './offset-at.ts';
import type { Segment } from './segments.ts';

const NEWLINE = 0x0a;
/** More than the longest record (16 KiB of text and its header), so that a probe finds where one begins. */
const PROBE_BYTES = 20 * 1024;
/** What is left of a bisection is walked: two more probes would cost as much. */
const WALK_BYTES = 64 * 1024;

/**
 * The first record that is not older than `since`, found by bisection: over the segments, then over the bytes of one. Where the clock
 * was set back in between it finds one such place. Its content offset is counted from the segment's start.
 */
export async function seekTime(
  directory: string,
  segments: readonly Segment[],
  since: string,
): Promise<Position> {
  const segment = await segmentOf(directory, segments, since);
  await using file = await open(join(directory, segment.name));
  let low = 0;
  let { size: high } = await file.stat();
  const probe = Buffer.allocUnsafe(PROBE_BYTES);
  while (high - low > WALK_BYTES) {
    const middle = low + Math.floor((high - low) / 2);
    const found = await recordAfter(file, middle, probe);
    if (found && found.time < since) low = found.at;
    else high = middle;
  }
  const at = await walkTo(file, low, since);
  return { segment, at, offset: await offsetAt(file, segment, at) };
}

/** The last segment that begins before `since`, or the first. */
async function segmentOf(directory: string, segments: readonly Segment[], since: string): Promise<Segment> {
  let low = 0;
  for (let high = segments.length; high - low > 1; ) {
    const middle = low + Math.floor((high - low) / 2);
    const time = await firstTime(join(directory, (segments[middle] as Segment).name));
    // The newest may be empty: then nothing in it is older.
    if (time !== undefined && time < since) low = middle;
    else high = middle;
  }
  return segments[low] as Segment;
}

async function firstTime(path: string): Promise<string | undefined> {
  await using file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(CRI_TIME_BYTES), 0, CRI_TIME_BYTES, 0);
  return bytesRead === CRI_TIME_BYTES ? buffer.toString('latin1') : undefined;
}

/** The first record that begins after byte `from`. */
async function recordAfter(
  file: FileHandle,
  from: number,
  buffer: Buffer,
): Promise<{ at: number; time: string } | undefined> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  const start = buffer.subarray(0, bytesRead).indexOf(NEWLINE) + 1;
  if (start === 0 || start + CRI_TIME_BYTES > bytesRead) return undefined;
  return { at: from + start, time: buffer.toString('latin1', start, start + CRI_TIME_BYTES) };
}

/** From the record at byte `from` to the first that is not older than `since`, or the end of whole records. */
async function walkTo(file: FileHandle, from: number, since: string): Promise<number> {
  const buffer = Buffer.allocUnsafe(2 * WALK_BYTES);
  for (let at = from; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    let hit = false;
    const { end } = measureRecords(buffer, { from: 0, end: bytesRead }, (record) => {
      hit = buffer.toString('latin1', record, record + CRI_TIME_BYTES) >= since;
      return hit;
    });
    at += end;
    if (hit || end === 0) return at;
  }
}
