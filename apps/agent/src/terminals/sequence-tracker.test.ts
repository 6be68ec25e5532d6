import { describe, expect, it } from 'vitest';
import { SequenceTracker } from './sequence-tracker.ts';

const cuts = (text: string) => {
  const bytes = Buffer.from(text);
  const tracker = new SequenceTracker();
  const places = [];
  for (let at = 0; at < bytes.length; at++) {
    const cut = tracker.push(bytes.subarray(at, at + 1));
    if (cut >= 0 && places.at(-1) !== at + cut) places.push(at + cut);
  }
  return places;
};

describe('a terminal stream may be cut', () => {
  it('before ASCII, and not where a character may still be joined by the next', () => {
    expect(cuts('ab')).toEqual([0, 1]);
    expect(cuts('e\u0301 日本\n👩\u200d👧.')).toEqual([0, 3, 11, 22]);
  });

  it('after a whole sequence: CSI, OSC by BEL or ST, DCS, charset, cancelled', () => {
    expect(cuts('\x1b[1;31m')).toEqual([0, 7]);
    expect(cuts('\x1b]0;title\x07')).toEqual([0, 10]);
    expect(cuts('\x1b]0;t\x1b\\')).toEqual([0, 7]);
    expect(cuts('\x1bPq\x07#\x1b\\x')).toEqual([0, 7]);
    expect(cuts('\x1b(0')).toEqual([0, 3]);
    expect(cuts('\x1b7\x1b=')).toEqual([0, 2, 4]);
    expect(cuts('\x1b[12\x18a')).toEqual([0, 5]);
    expect(cuts('\x1b[12\x1b[m')).toEqual([0, 7]);
  });

  it('after C1 controls in their UTF-8 form as after their seven-bit form', () => {
    expect(cuts('\u009b31m')).toEqual([5]);
    expect(cuts('\u009d0;t\u009c')).toEqual([7]);
  });

  it('after bytes that are no UTF-8', () => {
    const tracker = new SequenceTracker();
    expect(tracker.push(Uint8Array.of(0xff, 0x80, 0xe3, 0x61))).toBe(4);
  });
});
