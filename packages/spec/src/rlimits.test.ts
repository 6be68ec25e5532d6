import { expect, test } from 'vitest';
import { rlimitName, rlimitNumber } from './rlimits.ts';

test('limits go by their name with or without RLIMIT_, in any case', () => {
  expect(['nofile', 'RLIMIT_NOFILE', 'Core', 'rttime'].map(rlimitNumber)).toEqual([7, 7, 4, 15]);
  expect(rlimitName(7)).toBe('RLIMIT_NOFILE');
});

test('a misspelled limit is refused with the nearest one', () => {
  expect(() => rlimitNumber('nofiles')).toThrow(expect.objectContaining({ hint: 'did you mean nofile?' }));
});
