import { expect, it } from 'vitest';
import { parseRetryAfter } from './retry.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');

it.each([
  ['0', 0],
  ['120', 120_000],
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
  ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
  ['soon', undefined],
  ['-1', undefined],
  [undefined, undefined],
])('Retry-After: %s', (value, milliseconds) => {
  expect(parseRetryAfter(value, NOW)).toBe(milliseconds);
});
