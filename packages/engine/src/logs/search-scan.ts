import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { LogMatch, LogSearchEnd } from '@boxyard/api';
import { CRI_TEXT_AT, CRI_TIME_BYTES } from '@boxyard/spec';
import { measureRecords } from './measure.ts';
import { type BlockPlace, BlockScanner } from './search-block.ts';
import type { Matcher } from './search-matcher.ts';
import { listSegmentsNow, type Segment } from './segments.ts';

/** A few milliseconds of work between two reports; larger ones are no faster. */
const BLOCK_BYTES = 1024 * 1024;

export interface ScanRequest {
  directory: string;
  direction: 'forward' | 'backward';
  offset?: number | undefined;
  limit: number;
}

export interface ScanReport {
  matches(matches: LogMatch[]): void;
  /** After each block. */
  progress(scanned: number, total: number): void;
}

/**
 * Looks for lines over all segments that there are now, in one go: blocks its thread. Backward means segment by segment from the newest, in
 * each the last matches first.
 */
export function scanLog(request: ScanRequest, matcher: Matcher, report: ScanReport): LogSearchEnd {
  const forward = request.direction === 'forward';
  const segments = wanted(listSegmentsNow(request.directory), request);
  using files = new OpenSegments(request.directory, segments);
  let left = request.limit;
  let scanned = 0;
  let next: number | null = null;
  let oldest: number | null = null;
  for (const file of forward ? files.list : files.list.toReversed()) {
    const found: LogMatch[] = [];
    const before = scanned;
    scanSegment(file, matcher, {
      found(place) {
        const match = matchAt(place, file.offsetAt(place.position));
        if (request.offset !== undefined && forward !== match.offset >= request.offset) return forward;
        if (!forward) {
          found.push(match);
          // One more than wanted stays: it says that there is more.
          if (found.length > 2 * left + 1) found.splice(0, found.length - left - 1);
          return left > 0;
        }
        if (left === 0) next = match.offset;
        else found.push(match);
        return left-- > 0;
      },
      progress: (bytes) => report.progress(before + bytes, files.bytes),
    });
    scanned = before + file.size;
    if (!forward) {
      if (found.length > left) next = left > 0 ? (found.at(-left)?.offset ?? null) : oldest;
      found.reverse().splice(left);
      oldest = found.at(-1)?.offset ?? oldest;
      left -= found.length;
    }
    report.matches(found);
    if (next !== null) break;
  }
  return { scanned: next === null ? files.bytes : scanned, total: files.bytes, next };
}

/** Without those that lie wholly beyond where to begin. */
function wanted(segments: Segment[], { direction, offset }: ScanRequest): Segment[] {
  if (offset === undefined) return segments;
  if (direction === 'backward') return segments.filter((segment) => segment.offset < offset);
  const first = segments.findLastIndex((segment) => segment.offset <= offset);
  return segments.slice(Math.max(first, 0));
}

interface SegmentReport {
  /** False: enough. */
  found(place: BlockPlace & { position: number }): boolean;
  progress(bytes: number): void;
}

function scanSegment(file: OpenSegment, matcher: Matcher, report: SegmentReport): void {
  const scanner = new BlockScanner(matcher);
  let buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let kept = 0;
  for (let at = 0; at < file.size; ) {
    const read = readSync(file.fd, buffer, kept, Math.min(buffer.length - kept, file.size - at), at);
    if (read === 0) return;
    const start = at - kept;
    at += read;
    const end = kept + read;
    const whole = buffer.lastIndexOf(0x0a, end - 1) + 1;
    if (whole === 0) {
      // A damaged log without an end of line: read on with more room.
      buffer = Buffer.concat([buffer.subarray(0, end)], end + BLOCK_BYTES);
      kept = end;
      continue;
    }
    const more = scanner.scan(buffer, whole, (place) =>
      report.found({ ...place, position: start + place.at }),
    );
    report.progress(at);
    if (!more) return;
    buffer.copyWithin(0, whole, end);
    kept = end - whole;
  }
}

function matchAt({ bytes, at, text }: BlockPlace, offset: number): LogMatch {
  return {
    offset,
    time: bytes.toString('latin1', at, at + CRI_TIME_BYTES),
    stream: bytes[at + STREAM_AT] === LETTER_E ? 'stderr' : 'stdout',
    text,
  };
}
const STREAM_AT = CRI_TEXT_AT - 6; // the letter that differs: stdOut, stdErr
const LETTER_E = 0x65;

/** All of them at once, so that none is rotated away while it waits. */
class OpenSegments implements Disposable {
  readonly list: OpenSegment[] = [];
  bytes = 0;

  constructor(directory: string, segments: readonly Segment[]) {
    for (const segment of segments) {
      try {
        const opened = new OpenSegment(openSync(join(directory, segment.name), 'r'), segment);
        this.list.push(opened);
        this.bytes += opened.size;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.list) closeSync(fd);
  }
}

class OpenSegment {
  readonly fd: number;
  readonly size: number;
  /** A record whose content offset is known: counting goes on from there. */
  #known: { at: number; offset: number };

  constructor(fd: number, segment: Segment) {
    this.fd = fd;
    this.size = fstatSync(fd).size;
    this.#known = { at: 0, offset: segment.offset };
  }

  /** Content offset of the record at byte `position`, which must not lie before the one asked for last. */
  offsetAt(position: number): number {
    let { at, offset } = this.#known;
    const buffer = position > at ? Buffer.allocUnsafe(Math.min(BLOCK_BYTES, position - at)) : EMPTY;
    while (at < position) {
      const read = readSync(this.fd, buffer, 0, Math.min(buffer.length, position - at), at);
      const { end, content } = measureRecords(buffer, { from: 0, end: read });
      if (end === 0) break;
      at += end;
      offset += content;
    }
    this.#known = { at, offset };
    return offset;
  }
}
const EMPTY = Buffer.alloc(0);
