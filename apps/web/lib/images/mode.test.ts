import { expect, it } from 'vitest';
import { modeWords } from './mode.ts';

it.each([
  [0o755, 'rwxr-xr-x'],
  [0o4755, 'rwsr-xr-x'],
  [0o2644, 'rw-r-Sr--'],
  [0o1777, 'rwxrwxrwt'],
])('%o is %s', (mode, words) => {
  expect(modeWords(mode)).toBe(words);
});
