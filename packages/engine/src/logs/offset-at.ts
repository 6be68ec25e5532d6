import type { FileHandle } from 'node:fs/promises';
import { READ_BYTES } from './cursor.ts';
import { measureRecords } from './measure.ts';
import type { Segment } from './segments.ts';

/** Content offset of the record at `position`, counted from the segment's start. */
export async function offsetAt(file: FileHandle, segment: Segment, position: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let offset = segment.offset;
  for (let at = 0; at < position; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, position - at), at);
    const { end, content } = measureRecords(buffer, { from: 0, end: bytesRead });
    if (end === 0) break;
    at += end;
    offset += content;
  }
  return offset;
}
