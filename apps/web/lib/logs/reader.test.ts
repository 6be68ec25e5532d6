import { type CriRecord, formatCri } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { TEXT_MAX } from './line';
import { LogReader } from './reader';

const TIME = '2026-11-22T05:53:27.123456789Z';
const bytes = (...records: [string | Uint8Array, CriRecord['tag']?, CriRecord['stream']?][]) =>
  Buffer.concat(
    records.map(([text, tag = 'F', stream = 'stdout']) =>
      Buffer.concat([
        Buffer.from(formatCri({ time: TIME, stream, tag, text: '' })).subarray(0, -1),
        typeof text === 'string' ? Buffer.from(text) : text,
        Buffer.from('\n'),
      ]),
    ),
  );

test('lines have their offsets, lengths in bytes, times, streams and levels', () => {
  const { lines, end } = new LogReader(3).read(bytes(['ünd'], ['ERROR x', 'F', 'stderr'], ['']), 100);
  expect(lines.map(({ offset, bytes, stream, level, text }) => [offset, bytes, stream, level, text])).toEqual(
    [
      [100, 5, 'stdout', undefined, 'ünd'],
      [105, 8, 'stderr', 'error', 'ERROR x'],
      [113, 1, 'stdout', undefined, ''],
    ],
  );
  expect(lines[0]).toMatchObject({ source: 3, time: Date.parse('2026-11-22T05:53:27.123Z') + 0.456789 });
  expect(end).toBe(114);
});

test('a line in parts grows, also over blocks and when a character is cut, while the other stream writes', () => {
  const reader = new LogReader(0);
  const euro = Buffer.from('€');
  const first = reader.read(bytes(['pay ', 'P'], [euro.subarray(0, 1), 'P'], ['other', 'F', 'stderr']), 0);
  expect(first.lines.map(({ text, open }) => [text, open])).toEqual([
    ['pay ', true],
    ['other', undefined],
  ]);
  const second = reader.read(bytes([euro.subarray(1)]), first.end);
  expect(second.changed).toEqual([first.lines[0]]);
  expect(first.lines[0]).toMatchObject({ text: 'pay €', bytes: 8, offset: 0 });
  expect(first.lines[0]).not.toHaveProperty('open');
  expect(reader.read(bytes(['next']), second.end).lines[0]).toMatchObject({ text: 'next', offset: 14 });
});

test('of a line of megabytes its beginning is held, and how much there is more', () => {
  const reader = new LogReader(0);
  const part = 'x'.repeat(16_384);
  let end = 0;
  let line = reader.read(bytes([part, 'P']), 0).lines[0];
  for (let index = 1; index < 640; index++) end = reader.read(bytes([part, 'P']), end).end;
  reader.read(bytes(['']), end);
  line = line as NonNullable<typeof line>;
  expect(line.text.length).toBe(TEXT_MAX);
  expect(line).toMatchObject({ more: 640 * 16_384 - TEXT_MAX, bytes: 640 * 16_384 + 1 });
});

test('bytes that were lost are a hole of their size', () => {
  const { lines, end } = new LogReader(0).read(bytes(['4096', 'G'], ['after']), 10);
  expect(lines.map(({ offset, bytes, hole }) => [offset, bytes, hole])).toEqual([
    [10, 4096, 'lost'],
    [4106, 6, undefined],
  ]);
  expect(end).toBe(4112);
});

test('what is no text does no harm', () => {
  const { lines } = new LogReader(0).read(bytes([Buffer.from([0, 1, 2, 255, 254, 27])]), 0);
  expect(lines).toHaveLength(1);
});
