import { expect, it } from 'vitest';
import { sparkRuns } from './spark';

const place = { width: 100, height: 12 };

it('spreads values over the width, the largest at the top, nothing at the bottom', () => {
  expect(sparkRuns([0, 5, 10], place)).toEqual([
    [
      [0, 11],
      [50, 6],
      [100, 1],
    ],
  ]);
});

it('keeps to a scale that was given, and cuts what is above it', () => {
  expect(sparkRuns([2, 8], { ...place, max: 4 })).toEqual([
    [
      [0, 6],
      [100, 1],
    ],
  ]);
});

it('leaves gaps where nothing was measured', () => {
  expect(sparkRuns([1, null, 1, 1], place).map((run) => run.length)).toEqual([1, 2]);
  expect(sparkRuns([null, null], place)).toEqual([]);
});

it('is a flat line at the bottom when all is nothing', () => {
  expect(sparkRuns([0, 0], place)).toEqual([
    [
      [0, 11],
      [100, 11],
    ],
  ]);
});
