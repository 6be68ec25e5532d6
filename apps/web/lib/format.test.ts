import { expect, test } from 'vitest';
import { age, bytes, clock, cpus, duration, percent, rate } from './format';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('bytes have binary units, at most three digits, and a space that does not break', () => {
  expect([0, 812, 1536, 4.2 * 1024 ** 2, 7 * 1024 ** 3].map((n) => plain(bytes(n)))).toEqual([
    '0 B',
    '812 B',
    '1.5 KiB',
    '4.2 MiB',
    '7 GiB',
  ]);
  expect(bytes(812)).toContain('\u00a0');
  expect(plain(rate(1536))).toBe('1.5 KiB/s');
});

test('what was not measured is a dash, not a zero', () => {
  expect([bytes(null), rate(undefined), percent(null), cpus(undefined), age(null, 0)]).toEqual(
    Array(5).fill('–'),
  );
});

test('shares show tenths below ten percent; a whole CPU is 100%', () => {
  expect([0, 0.004, 0.0999, 0.42, 1].map(percent)).toEqual(['0%', '0.4%', '10%', '42%', '100%']);
  expect(cpus(1.5)).toBe('150%');
});

test('spans are in their largest unit, and a time in the future is now', () => {
  expect(
    [900, 12_000, 59_999, 200_000, 5 * 3_600_000, 72 * 3_600_000].map((n) => plain(duration(n))),
  ).toEqual(['900 ms', '12 s', '59 s', '3 min', '5 h', '3 d']);
  const now = Date.parse('2026-03-04T12:00:00Z');
  expect(plain(age('2026-03-04T11:57:00Z', now))).toBe('3 min');
  expect(plain(age('2026-03-04T12:00:09Z', now))).toBe('0 s');
});

test('the clock says the day only when it is another one', () => {
  const at = new Date(2026, 2, 4, 14, 2, 11);
  expect(clock(at.toISOString(), at.getTime())).toBe('14:02:11');
  expect(clock(at.toISOString(), at.getTime() + 48 * 3_600_000)).toBe('4 Mar, 14:02:11');
});
