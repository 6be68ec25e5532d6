import { expect, test } from 'vitest';
import { cleanPaste, runsAtOnce } from './paste.ts';

test('a paste cannot end its own brackets', () => {
  expect(cleanPaste('a\x1b[201~\rb\tc\nd\x9b201~\x03')).toBe('a[201~\rb\tc\nd201~');
  expect(cleanPaste('grüße 👩‍👩‍👧')).toBe('grüße 👩‍👩‍👧');
});

test('lines run at once where the shell does not ask for brackets', () => {
  expect(runsAtOnce('ls\nrm -rf /', false)).toBe(true);
  expect(runsAtOnce('ls\n', false)).toBe(true);
  expect(runsAtOnce('ls\nrm', true)).toBe(false);
  expect(runsAtOnce('ls', false)).toBe(false);
});
