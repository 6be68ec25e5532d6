import { describe, expect, it } from 'vitest';
import { InputQueue } from './input-queue.ts';

const KIB = 1024;
const sizes = (queue: InputQueue) => [...queue.take()].map(({ offset, bytes }) => [offset, bytes.length]);

describe('input', () => {
  it('leaves in pieces of 64 KiB within a window of 256 KiB', () => {
    const queue = new InputQueue();
    queue.push(new Uint8Array(300 * KIB));
    expect(queue.full).toBe(true);
    expect(sizes(queue)).toEqual([0, 64, 128, 192].map((offset) => [offset * KIB, 64 * KIB]));
    expect(sizes(queue)).toEqual([]);
    queue.acknowledge(64 * KIB);
    expect(sizes(queue)).toEqual([[256 * KIB, 44 * KIB]]);
    expect(queue.full).toBe(false);
    expect(queue.allSent).toBe(true);
  });

  it('leaves again from what the box took when the connection was lost, also in the middle of a piece', () => {
    const queue = new InputQueue();
    queue.push(Buffer.from('hello '));
    queue.push(Buffer.from('world'));
    sizes(queue);
    queue.acknowledge(8);
    queue.rewind();
    expect([...queue.take()].map(({ offset, bytes }) => [offset, Buffer.from(bytes).toString()])).toEqual([
      [8, 'rld'],
    ]);
  });

  it('is not brought back by an acknowledgement that is older than another', () => {
    const queue = new InputQueue();
    queue.push(Buffer.from('abc'));
    queue.acknowledge(3);
    queue.acknowledge(1);
    queue.rewind();
    expect(sizes(queue)).toEqual([]);
  });
});
