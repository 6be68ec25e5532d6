import { expect, test } from 'vitest';
import { parseDuration } from './durations.ts';

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['10', 10_000],
  ['0', 0],
  ['1.5h', 5_400_000],
  ['1h2m3s4ms', 3_723_004],
  ['2d', 172_800_000],
])('%s is %i milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', 's', '-3s', '3x', '1m 30s', '1:30', '1e3s'])('"%s" is no duration', (text) => {
  expect(() => parseDuration(text, '--timeout')).toThrow(/--timeout: .* is no duration/);
});
