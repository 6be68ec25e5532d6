import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogMatch, LogSearchEnd } from '@boxyard/api';
import { type CriRecord, formatCri } from '@boxyard/spec';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogSearchRequest } from '../streams.ts';
import { searchLog } from './search.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bx-search-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const TIME = '2026-11-22T05:53:27.000000000Z';
const record = (text: string, tag: CriRecord['tag'] = 'F', stream: CriRecord['stream'] = 'stdout') =>
  formatCri({ time: TIME, stream, tag, text });
/** Writes a segment; returns the content offset after it. */
function segment(sequence: number, offset: number, records: string[]): number {
  const text = records.join('');
  writeFileSync(join(directory, `${String(sequence).padStart(8, '0')}-${offset}.log`), text);
  return (
    offset + Buffer.byteLength(text) - records.length * 40 - records.filter((one) => one[38] === 'P').length
  );
}

interface Found {
  texts: string[];
  offsets: number[];
  matches: LogMatch[];
  end: LogSearchEnd;
}

function search(pattern: string, request: Partial<LogSearchRequest> = {}): Promise<Found> {
  const matches: LogMatch[] = [];
  return new Promise((resolve, reject) => {
    searchLog(
      directory,
      {
        container: 'web',
        pattern,
        regex: false,
        caseSensitive: true,
        direction: 'forward',
        limit: 500,
        ...request,
      },
      {
        matches: (more) => matches.push(...more),
        progress: () => {},
        error: reject,
        end: (end) => {
          const offsets = matches.map(({ offset }) => offset);
          resolve({ texts: matches.map(({ text }) => text), offsets, matches, end });
        },
      },
    );
  });
}

test('plain text is found in every segment, with the offset of its line, and never in what we wrote around it', async () => {
  const end = segment(0, 0, [record('alpha'), record('beta F stdout', 'F', 'stderr'), record('gamma')]);
  segment(1, end, [record('alpha again')]);
  expect(await search('alpha')).toMatchObject({ texts: ['alpha', 'alpha again'], offsets: [0, end] });
  expect((await search('stdout')).matches).toEqual([
    { offset: 6, time: TIME, stream: 'stderr', text: 'beta F stdout' },
  ]);
  expect((await search('2026-11-22')).texts).toEqual([]);
  expect((await search('ALPHA')).texts).toEqual([]);
  expect((await search('ALPHA', { caseSensitive: false })).offsets).toEqual([0, end]);
});

test('a regular expression sees lines, not records: anchors hold, letters beyond ASCII fold', async () => {
  segment(0, 0, [record('GET /a 200'), record('GET /b 503'), record('Größe: 12 ÄPFEL')]);
  expect((await search('^get .* 5\\d\\d$', { regex: true, caseSensitive: false })).offsets).toEqual([11]);
  expect((await search('größe.*äpfel', { regex: true, caseSensitive: false })).texts).toEqual([
    'Größe: 12 ÄPFEL',
  ]);
  expect((await search('äpfel', { caseSensitive: false })).texts).toEqual(['Größe: 12 ÄPFEL']);
});

test('a match across the parts of a line is found once, also when the other stream writes in between', async () => {
  segment(0, 0, [
    record('a nee', 'P'),
    record('needle on the other stream', 'F', 'stderr'),
    record('dle in par', 'P'),
    record('ts'),
    record('plain'),
  ]);
  expect((await search('needle')).texts).toEqual(['needle on the other stream', 'a needle in parts']);
  expect((await search('parts')).offsets).toEqual([5 + 27 + 10]);
  expect((await search('plain')).offsets).toEqual([5 + 27 + 10 + 3]);
});

test('what is found in a line of megabytes is what surrounds it', async () => {
  const parts = Array.from({ length: 400 }, () => record('x'.repeat(16_384), 'P'));
  segment(0, 0, [...parts, record('needle here'), record('next')]);
  const { texts } = await search('needle');
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain('needle here');
  expect(texts[0]?.length).toBe(1000);
});

test('a limit ends it, and the next one goes on from there, in both directions', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => record(`hit ${String(index).padStart(2, '0')}`));
  const end = segment(0, 0, lines.slice(0, 12));
  segment(1, end, lines.slice(12));
  for (const direction of ['forward', 'backward'] as const) {
    const all: string[] = [];
    let offset: number | undefined;
    for (let page = 0; ; page += 1) {
      const found = await search('hit', { direction, limit: 7, offset });
      all.push(...found.texts);
      if (found.end.next === null) break;
      offset = found.end.next;
      expect(page).toBeLessThan(3);
    }
    const expected = Array.from({ length: 20 }, (_, index) => `hit ${String(index).padStart(2, '0')}`);
    expect(all).toEqual(direction === 'forward' ? expected : expected.reverse());
  }
});

test.each([4, 5])(
  'going backward nothing is left out, however the matches meet a limit of %i',
  async (limit) => {
    const names = Array.from({ length: 16 }, (_, index) => `hit ${String(index).padStart(2, '0')}`);
    const lines = names.map((name) => record(name));
    const end = segment(0, 0, lines.slice(0, 12));
    segment(1, end, lines.slice(12));
    const all: string[] = [];
    for (let offset: number | null | undefined; offset !== null; ) {
      const found = await search('hit', {
        direction: 'backward',
        limit,
        ...(offset !== undefined && { offset }),
      });
      all.push(...found.texts);
      offset = found.end.next;
      expect(all.length).toBeLessThanOrEqual(names.length);
    }
    expect(all).toEqual(names.toReversed());
  },
);

test('bytes a gap lost count for offsets and are no text', async () => {
  segment(0, 0, [record('12345', 'G'), record('12345 found')]);
  expect(await search('12345')).toMatchObject({ texts: ['12345 found'], offsets: [12_345] });
});

test('blocks: each of many matches in megabytes has its own offset', async () => {
  const lines = Array.from(
    { length: 60_000 },
    (_, index) => `line ${index}${index % 1000 === 7 ? ' needle' : ''}`,
  );
  segment(
    0,
    0,
    lines.map((text) => record(text)),
  );
  const content = `${lines.join('\n')}\n`;
  for (const caseSensitive of [true, false]) {
    const { matches } = await search('needle', { caseSensitive });
    expect(matches).toHaveLength(60);
    for (const { offset, text } of matches) expect(content.startsWith(`${text}\n`, offset)).toBe(true);
  }
});

test('a pattern that is none, or that backtracks without end, is refused in words', async () => {
  expect(() => searchLog(directory, { ...REQUEST, pattern: '(' }, NOBODY)).toThrow(
    'not a regular expression',
  );
  segment(0, 0, [record(`${'a'.repeat(200)}b`)]);
  await expect(search('^(a+)+$', { regex: true })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: 'this pattern takes too long on some line',
  });
});

test('no more than four run at once: others wait until one ends or is cancelled, and may be cancelled meanwhile', async () => {
  segment(0, 0, [record(`${'a'.repeat(200)}b`)]);
  const slow = { ...REQUEST, pattern: '^(a+)+$' };
  const cancels = Array.from({ length: 4 }, () => searchLog(directory, slow, NOBODY));
  let over = false;
  const unwanted = searchLog(
    directory,
    { ...REQUEST, pattern: 'b' },
    { ...NOBODY, end: () => (over = true) },
  );
  const waiting = [search('b'), search('b')];
  unwanted();
  cancels[0]?.();
  for (const found of await Promise.all(waiting)) expect(found.texts).toHaveLength(1);
  expect(over).toBe(false);
  for (const cancel of cancels) cancel();
});

test('too many that wait are refused', () => {
  const cancels = Array.from({ length: 4 + 64 }, () => searchLog(directory, REQUEST, NOBODY));
  expect(() => searchLog(directory, REQUEST, NOBODY)).toThrow('64 searches wait already');
  for (const cancel of cancels.reverse()) cancel();
});

const REQUEST: LogSearchRequest = {
  container: 'web',
  pattern: '',
  regex: true,
  caseSensitive: true,
  direction: 'forward',
  limit: 10,
};
const NOBODY = { matches() {}, progress() {}, end() {}, error() {} };
