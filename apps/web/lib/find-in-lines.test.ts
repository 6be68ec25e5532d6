import { expect, it } from 'vitest';
import { findInLines } from './find-in-lines';

it('finds every place in any case, counted over all lines', () => {
  const { count, places } = findInLines(['aXa', '', 'xx'], 'x');
  expect(count).toBe(3);
  expect(places.get(0)).toEqual([{ start: 1, end: 2, index: 0 }]);
  expect(places.get(2)?.map(({ index }) => index)).toEqual([1, 2]);
});

it('finds nothing for nothing, and never without end', () => {
  expect(findInLines(['abc'], '').count).toBe(0);
  expect(findInLines(['a'.repeat(10_000)], 'a').count).toBe(2000);
});

it('keeps places right in a line whose lower case is longer', () => {
  const { places } = findInLines(['İİ x'], 'x');
  expect(places.get(0)).toEqual([{ start: 3, end: 4, index: 0 }]);
});
