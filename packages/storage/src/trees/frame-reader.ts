import { readSync } from 'node:fs';
import { FRAME_HEADER_BYTES, FRAME_MAX_BYTES, type Frame, FrameDecoder } from '@boxyard/spec';

/** Room for one whole frame beside a part of the next, so that nothing is copied but what is cut in two. */
const BUFFER_BYTES = 2 * (FRAME_HEADER_BYTES + FRAME_MAX_BYTES);

/** Frames from a blocking descriptor until its other end closes; a frame is valid until the next is asked for. For Workers only. */
export function* readFrames(fd: number): Generator<Frame> {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const decoder = new FrameDecoder();
  let start = 0;
  let end = 0;
  for (;;) {
    const whole = start + wholeFrames(buffer, start, end);
    if (whole > start) {
      yield* decoder.push(buffer.subarray(start, whole));
      start = whole;
    }
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const read = readSync(fd, buffer, end, BUFFER_BYTES - end, null);
    if (read === 0) return;
    end += read;
  }
}

/** How many bytes from `start` on are whole frames. */
function wholeFrames(buffer: Buffer, start: number, end: number): number {
  let at = start;
  while (end - at >= FRAME_HEADER_BYTES) {
    const length = FRAME_HEADER_BYTES + Math.min(buffer.readUInt32LE(at + 4), FRAME_MAX_BYTES);
    if (end - at < length) break;
    at += length;
  }
  return at - start;
}
