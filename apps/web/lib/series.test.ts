import { expect, it } from 'vitest';
import { sampleTimes, summarizeSeries } from './series';

it('a summary leaves out what was not measured, and says when there is no figure now', () => {
  expect(summarizeSeries([null, 1, 3, null])).toEqual({ min: 1, average: 2, max: 3, now: null });
  expect(summarizeSeries([null, 0])).toEqual({ min: 0, average: 0, max: 0, now: 0 });
  expect(summarizeSeries([null, null])).toBeNull();
});

it('samples end at the time of the last one', () => {
  expect(sampleTimes(3, 10, 100_000)).toEqual([80, 90, 100]);
});
