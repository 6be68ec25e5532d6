import { formatCri } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { replayRecords } from './replay.ts';

const time = '2026-11-22T05:53:27.123456789Z';
const records = Buffer.from(
  [
    formatCri({ time, stream: 'stdout', tag: 'F', text: 'one' }),
    formatCri({ time, stream: 'stdout', tag: 'P', text: 'tw' }),
    formatCri({ time, stream: 'stderr', tag: 'F', text: 'oops' }),
    formatCri({ time, stream: 'stdout', tag: 'F', text: 'o' }),
    formatCri({ time, stream: 'stdout', tag: 'G', text: '100' }),
    formatCri({ time, stream: 'stdout', tag: 'F', text: '' }),
  ].join(''),
);

function replay(from: number, to: number) {
  const got: unknown[] = [];
  replayRecords(
    { bytes: records, offset: 10 },
    { from, to },
    {
      data: (stream, offset, bytes) => void got.push([stream, offset, Buffer.from(bytes).toString()]),
      skipped: (start, end) => void got.push(['skipped', start, end]),
    },
  );
  return got;
}

test('records become what the program wrote, with its offsets and gaps', () => {
  expect(replay(0, 1000)).toEqual([
    [1, 10, 'one\ntw'],
    [2, 16, 'oops\n'],
    [1, 21, 'o\n'],
    ['skipped', 23, 123],
    [1, 123, '\n'],
  ]);
});

test('any byte may be the first or the last', () => {
  expect(replay(12, 18)).toEqual([
    [1, 12, 'e\ntw'],
    [2, 16, 'oo'],
  ]);
  expect(replay(22, 30)).toEqual([
    [1, 22, '\n'],
    ['skipped', 23, 30],
  ]);
  expect(replay(124, 200)).toEqual([]);
});
