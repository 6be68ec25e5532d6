import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCri, parseCri } from '@boxyard/spec';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogsRequest } from '../streams.ts';
import { findLogEnd } from './seek.ts';
import { openLogs } from './stream.ts';
import { logTime } from './time.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bx-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const time = (second: number) => `2026-11-22T05:53:${String(second).padStart(2, '0')}.000000000Z`;
const line = (
  second: number,
  text: string,
  tag: 'F' | 'P' | 'G' = 'F',
  stream: 'stdout' | 'stderr' = 'stdout',
) => formatCri({ time: time(second), stream, tag, text });

function write(sequence: number, offset: number, text: string) {
  writeFileSync(join(directory, `${String(sequence).padStart(8, '0')}-${offset}.log`), text);
}

/** Ten lines `line 0` … `line 9`, seven bytes of content each, in two segments; one second apart. */
function tenLines() {
  const lines = Array.from({ length: 10 }, (_, index) => line(index, `line ${index}`));
  write(0, 0, lines.slice(0, 6).join(''));
  write(1, 42, lines.slice(6).join(''));
}

interface Got {
  text: string[];
  offsets: number[];
  skipped: [number, number][];
}

/** Reads to the end with endless credit. */
function read(request: Partial<LogsRequest> = {}): Promise<Got> {
  const got: Got = { text: [], offsets: [], skipped: [] };
  return new Promise((resolve, reject) => {
    openLogs(
      { directory, alive: () => false, onEnded: () => () => {} },
      { container: 'web', follow: false, credit: Number.MAX_SAFE_INTEGER, ...request },
      {
        data(offset, bytes) {
          got.offsets.push(offset);
          got.text.push(...parseCri(bytes).map(({ text }) => text));
        },
        skipped: (from, to) => void got.skipped.push([from, to]),
        end: () => resolve(got),
        error: reject,
      },
    ).catch(reject);
  });
}

test('the whole log comes in order over its segments', async () => {
  tenLines();
  const { text, offsets } = await read();
  expect(text).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index}`));
  expect(offsets).toEqual([0, 42]);
});

test.each([
  [0, [], []],
  [1, ['line 9'], [63]],
  [4, ['line 6', 'line 7', 'line 8', 'line 9'], [42]],
  [5, ['line 5', 'line 6', 'line 7', 'line 8', 'line 9'], [35, 42]],
  [99, Array.from({ length: 10 }, (_, index) => `line ${index}`), [0, 42]],
])('the last %i lines', async (tail, text, offsets) => {
  tenLines();
  expect(await read({ tail })).toMatchObject({ text, offsets });
});

test('the end of the newest segment may be known without counting', async () => {
  tenLines();
  const got: number[] = [];
  await new Promise<void>((resolve, reject) => {
    openLogs(
      { directory, alive: () => false, onEnded: () => () => {}, endOffset: async () => 1070 },
      { container: 'web', follow: false, tail: 2, credit: 1e6 },
      { data: (offset) => void got.push(offset), skipped: reject, end: resolve, error: reject },
    ).catch(reject);
  });
  expect(got).toEqual([1056]);
});

test('a line in parts counts as one, and an unfinished one at the end too', async () => {
  write(0, 0, line(0, 'first') + line(1, 'a', 'P') + line(1, 'b', 'P') + line(1, 'c') + line(2, 'open', 'P'));
  expect((await read({ tail: 1 })).text).toEqual(['open']);
  expect((await read({ tail: 2 })).text).toEqual(['a', 'b', 'c', 'open']);
});

test('an incomplete record at the end of the file is none', async () => {
  write(0, 0, line(0, 'whole') + line(1, 'cut off').slice(0, -3));
  expect((await read()).text).toEqual(['whole']);
  expect((await read({ tail: 5 })).text).toEqual(['whole']);
  expect(await findLogEnd(directory)).toEqual({ sequence: 0, offset: 6 });
});

test('since and until are inclusive', async () => {
  tenLines();
  expect((await read({ since: time(3), until: time(7) })).text).toEqual([
    'line 3',
    'line 4',
    'line 5',
    'line 6',
    'line 7',
  ]);
  expect((await read({ since: '2026-11-22T06:53:08+01:00' })).text).toEqual(['line 8', 'line 9']);
  expect((await read({ since: time(3), tail: 2 })).text).toEqual(['line 8', 'line 9']);
  expect((await read({ since: time(30) })).text).toEqual([]);
});

test('a page back ends before an offset and holds that many lines, over segments', async () => {
  tenLines();
  expect(await read({ before: 63, tail: 2 })).toMatchObject({ text: ['line 7', 'line 8'], offsets: [49] });
  expect(await read({ before: 56, tail: 4 })).toMatchObject({
    text: ['line 4', 'line 5', 'line 6', 'line 7'],
    offsets: [28, 42],
  });
  expect(await read({ before: 42, tail: 3 })).toMatchObject({
    text: ['line 3', 'line 4', 'line 5'],
    offsets: [21],
  });
  expect((await read({ before: 14, tail: 50, follow: true })).text).toEqual(['line 0', 'line 1']);
  expect((await read({ before: 0, tail: 5 })).text).toEqual([]);
  expect((await read({ offset: 14, before: 35 })).text).toEqual(['line 2', 'line 3', 'line 4']);
});

test('a moment is found by bisection to the line, over segments and within a large one', async () => {
  const at = (index: number) => new Date(Date.UTC(2026, 10, 22) + index * 10).toISOString();
  const stamp = (index: number) => `${at(index).slice(0, -1)}000000Z`;
  const lines = Array.from({ length: 60_000 }, (_, index) =>
    formatCri({ time: stamp(index), stream: 'stdout', tag: 'F', text: `n${index}` }),
  );
  const parts = [lines.slice(0, 40_000), lines.slice(40_000, 40_010), lines.slice(40_010)];
  let offset = 0;
  for (const [sequence, part] of parts.entries()) {
    const text = part.join('');
    write(sequence, offset, text);
    offset += text.length - 40 * part.length;
  }
  write(3, offset, '');
  for (const index of [0, 1, 17_001, 39_999, 40_000, 40_005, 40_010, 59_999]) {
    const got = await read({ since: at(index), before: offset });
    expect(got.text[0]).toBe(`n${index}`);
    expect(
      await read({ offset: got.offsets[0] as number, before: (got.offsets[0] as number) + 1 }),
    ).toMatchObject({
      text: [`n${index}`],
    });
  }
  expect((await read({ since: at(60_000) })).text).toEqual([]);
});

test('times are RFC 3339 or Unix seconds', () => {
  expect(logTime('1795326807.5')).toBe('2026-11-22T05:53:27.500000000Z');
  expect(logTime('2026-11-22T05:53:27.123456789Z')).toBe('2026-11-22T05:53:27.123456789Z');
  expect(() => logTime('yesterday')).toThrow('"yesterday" is no moment');
});

test('a resumed reader gets what follows its offset, and is told what was rotated away', async () => {
  tenLines();
  expect(await read({ offset: 28 })).toMatchObject({
    text: ['line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9'],
    offsets: [28, 42],
    skipped: [],
  });
  rmSync(join(directory, '00000000-0.log'));
  expect(await read({ offset: 28 })).toMatchObject({ offsets: [42], skipped: [[28, 42]] });
});

test('gap records move the offset by what was lost', async () => {
  write(0, 0, line(0, 'before') + line(1, '1000', 'G') + line(2, 'after'));
  expect(await findLogEnd(directory)).toEqual({ sequence: 0, offset: 7 + 1000 + 6 });
  // The gap is part of what a reader of the last line should know.
  expect(await read({ tail: 1 })).toMatchObject({ offsets: [7], text: ['1000', 'after'] });
});

test('credit is honoured to the record', async () => {
  tenLines();
  const one = line(0, 'line 0').length;
  const seen: number[] = [];
  let handle: Awaited<ReturnType<typeof openLogs>> | undefined;
  await new Promise<void>((resolve, reject) => {
    openLogs(
      { directory, alive: () => false, onEnded: () => () => {} },
      { container: 'web', follow: false, credit: 3 * one + 5 },
      {
        data(_offset, bytes) {
          seen.push(bytes.length);
          setImmediate(() => handle?.credit(one));
        },
        skipped: reject,
        end: resolve,
        error: reject,
      },
    ).then((opened) => {
      handle = opened;
    }, reject);
  });
  expect(seen[0]).toBe(3 * one);
  expect(seen.reduce((sum, length) => sum + length, 0)).toBe(10 * one);
});

test('follow goes on over writes and rotation until the container ended', async () => {
  write(0, 0, line(0, 'one'));
  let alive = true;
  let ended: () => void = () => {};
  const seen: string[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    openLogs(
      {
        directory,
        alive: () => alive,
        onEnded(listener) {
          ended = listener;
          return () => {};
        },
      },
      { container: 'web', follow: true, credit: 1e6 },
      {
        data(_offset, bytes) {
          for (const { text } of parseCri(bytes)) {
            seen.push(text);
            if (text === 'one') appendFileSync(join(directory, '00000000-0.log'), line(1, 'two'));
            if (text === 'two') write(1, 8, line(2, 'three'));
            if (text === 'three') {
              appendFileSync(join(directory, '00000001-8.log'), line(3, 'four'));
              alive = false;
              ended();
            }
          }
        },
        skipped: reject,
        end: resolve,
        error: reject,
      },
    ).catch(reject);
  });
  await finished;
  expect(seen).toEqual(['one', 'two', 'three', 'four']);
});

test('large blocks: every line of 200,000 arrives once, and the tail is found across blocks', async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => line(0, String(index)));
  write(0, 0, lines.join(''));
  const { text } = await read();
  expect(text.length).toBe(200_000);
  expect(text.every((value, index) => value === String(index))).toBe(true);
  const tail = await read({ tail: 50_000 });
  expect(tail.text[0]).toBe('150000');
  expect(tail.text.length).toBe(50_000);
  expect(tail.offsets[0]).toBe(lines.slice(0, 150_000).reduce((sum, text) => sum + text.length - 40, 0));
});
