import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  FRAME_HEADER_BYTES,
  FRAME_MAX_BYTES,
  FrameDecoder,
  FrameError,
  FrameType,
  writeFrameHeader,
} from './frame.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const wire = Buffer.concat([
  encodeFrame(FrameType.hello, { payload: bytes('{}') }),
  encodeFrame(FrameType.data, { stream: 1, channel: 7, offset: 2 ** 40 + 3, payload: bytes('grüße\x1b[0m') }),
  encodeFrame(FrameType.open, { offset: -1 }),
]);

const decodeIn = (sizes: (at: number) => number) => {
  const decoder = new FrameDecoder();
  const frames = [];
  for (let at = 0; at < wire.length; ) {
    const size = sizes(at);
    for (const frame of decoder.push(wire.subarray(at, at + size)))
      frames.push({ ...frame, payload: Buffer.from(frame.payload).toString() });
    at += size;
  }
  return { frames, pending: decoder.pending };
};

describe('frames', () => {
  it('arrive whole however the bytes are cut', () => {
    const whole = decodeIn(() => wire.length);
    expect(whole.frames).toEqual([
      { type: FrameType.hello, stream: 0, channel: 0, offset: 0, payload: '{}' },
      { type: FrameType.data, stream: 1, channel: 7, offset: 2 ** 40 + 3, payload: 'grüße\x1b[0m' },
      { type: FrameType.open, stream: 0, channel: 0, offset: -1, payload: '' },
    ]);
    for (let size = 1; size < wire.length; size++)
      expect(decodeIn(() => size)).toEqual({ frames: whole.frames, pending: 0 });
  });

  it('are laid out as docs/protocol.md says, little endian', () => {
    const frame = encodeFrame(FrameType.data, {
      stream: 2,
      channel: 0x0102,
      offset: 0x0304,
      payload: bytes('x'),
    });
    expect([...frame]).toEqual([3, 2, 2, 1, 1, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 120]);
  });

  it('say how much of an unfinished frame is waiting', () => {
    const decoder = new FrameDecoder();
    expect([...decoder.push(wire.subarray(0, FRAME_HEADER_BYTES + 1))]).toEqual([]);
    expect(decoder.pending).toBe(FRAME_HEADER_BYTES + 1);
  });

  it('refuse an unknown type and a length beyond the limit before the payload arrives', () => {
    const unknown = encodeFrame(99);
    expect(() => [...new FrameDecoder().push(unknown)]).toThrow(FrameError);
    const header = new Uint8Array(FRAME_HEADER_BYTES);
    writeFrameHeader(header, {
      type: FrameType.data,
      stream: 1,
      channel: 0,
      offset: 0,
      payload: { length: FRAME_MAX_BYTES + 1 } as Uint8Array,
    });
    expect(() => [...new FrameDecoder().push(header)]).toThrow(/longer than/);
  });

  it('never hang and never yield a frame longer than the limit for random bytes', () => {
    let seed = 42;
    const random = () => (seed = (seed * 1664525 + 1013904223) >>> 0);
    for (let round = 0; round < 2000; round++) {
      const rubbish = Uint8Array.from({ length: random() % 200 }, () => random() >>> 24);
      const decoder = new FrameDecoder();
      const result = (() => {
        try {
          return [...decoder.push(rubbish)];
        } catch (error) {
          return error;
        }
      })();
      if (result instanceof Error) expect(result).toBeInstanceOf(FrameError);
      else
        for (const frame of result as { payload: Uint8Array }[])
          expect(frame.payload.length).toBeLessThanOrEqual(rubbish.length);
    }
  });
});
