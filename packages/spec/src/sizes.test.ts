import { expect, test } from 'vitest';
import { formatSize, parseSize } from './sizes.ts';

test.each([
  ['512000', 512_000],
  ['0', 0],
  ['256m', 256 * 1024 ** 2],
  ['256MiB', 256 * 1024 ** 2],
  ['256MB', 256 * 1024 ** 2],
  ['1g', 1024 ** 3],
  ['1.5G', 1.5 * 1024 ** 3],
  ['64 kb', 65_536],
  ['10b', 10],
  ['2T', 2 * 1024 ** 4],
])('%s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', 'm', '-1', '1x', '1gg', '1e3', '0x10', '99999999p', '1.m', 'NaN'])(
  '"%s" is no size',
  (text) => {
    expect(() => parseSize(text, '--shm-size')).toThrow(/--shm-size: .* is no size/);
  },
);

test.each([
  [0, '0B'],
  [812, '812B'],
  [1024, '1KiB'],
  [4_400_000, '4.2MiB'],
  [64 * 1024 ** 2, '64MiB'],
  [1023 * 1024 ** 2, '1GiB'],
  [1.5 * 1024 ** 3, '1.5GiB'],
])('%i bytes are written %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
