import { expect, test } from 'vitest';
import { parseCpuTicks, parseLoad, parseMemInfo } from './host-stats.ts';

test('a CPU that waits for a disk is idle, and guests are not counted twice', () => {
  const text =
    'cpu  530585 10048 364114 1474452 10184 0 3934 190 5000 0\ncpu0 265171 5068 181899 737337 5076 0 2961 88 0 0\n';
  expect(parseCpuTicks(text)).toEqual({ total: 2_393_507, busy: 908_871 });
});

test('memory is in bytes, and what could be had is not what is free', () => {
  const text =
    'MemTotal:       24684092 kB\nMemFree:        23106756 kB\nMemAvailable:   24171580 kB\nSwapCached:            0 kB\nSwapTotal:       2097148 kB\nSwapFree:        2097100 kB\n';
  expect(parseMemInfo(text)).toEqual({
    total: 24_684_092 * 1024,
    available: 24_171_580 * 1024,
    swapTotal: 2_097_148 * 1024,
    swapFree: 2_097_100 * 1024,
  });
});

test('load is of one, five and fifteen minutes', () => {
  expect(parseLoad('0.45 0.30 0.68 1/99 8197\n')).toEqual([0.45, 0.3, 0.68]);
});
