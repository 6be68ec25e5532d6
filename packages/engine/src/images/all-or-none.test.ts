import { expect, test } from 'vitest';
import { allOrNone } from './all-or-none.ts';

const never = new AbortController().signal;

test('so many at once and no more, in their order', async () => {
  const begun: number[] = [];
  const releases: (() => void)[] = [];
  const all = allOrNone([0, 1, 2], { most: 2, signal: never }, (item) => {
    begun.push(item);
    return new Promise((resolve) => releases.push(resolve));
  });
  expect(begun).toEqual([0, 1]);
  releases[1]?.();
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2]);
  releases[0]?.();
  releases[2]?.();
  await all;
});

test('a failure ends the others before it is thrown, and what has not begun never does', async () => {
  const ended: number[] = [];
  const work = allOrNone([0, 1, 2], { most: 2, signal: never }, async (item, _index, signal) => {
    if (item === 0) throw new Error('broken');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await new Promise(setImmediate);
    ended.push(item);
    throw new Error('aborted');
  });
  await expect(work).rejects.toThrow('broken');
  expect(ended).toEqual([1]);
});

test('the caller who cancels gets the reason', async () => {
  const cancel = new AbortController();
  const work = allOrNone([0], { most: 2, signal: cancel.signal }, (_item, _index, signal) => {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))));
  });
  cancel.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
});
