import { describe, expect, test } from 'vitest';
import { histogramOf } from './histogram';
import type { LogLine } from './line';
import { compileQuery, NO_QUERY, type Query } from './query';
import { rowsBetween } from './rows';
import { LogStore } from './store';

/** Ten bytes a line: line n of a log begins at 10 n, and is n seconds old. */
function line(number: number, fields: Partial<LogLine> = {}): LogLine {
  const time = number * 1000;
  return {
    source: 0,
    offset: number * 10,
    bytes: 10,
    time,
    order: time,
    stream: 'stdout',
    level: undefined,
    text: `line ${number}`,
    more: 0,
    ...fields,
  };
}
const lines = (from: number, to: number, fields: Partial<LogLine> = {}) =>
  Array.from({ length: to - from }, (_, index) => line(from + index, fields));
/** Lines as a block of their log brings them. */
const add = (store: LogStore, source: number, block: LogLine[], end: number) =>
  store.append(source, block, { start: block[0]?.offset ?? end, end });
const filled = (from: number, to: number) => {
  const store = new LogStore(1e6);
  add(store, 0, lines(from, to), to * 10);
  return store;
};
const query = (change: Partial<Query>) => compileQuery({ ...NO_QUERY, ...change });
const shown = (store: LogStore) =>
  [...store.view].map(({ text, hole, bytes }) => (hole ? `${hole} ${bytes}` : text));
const texts = (from: number, to: number) => lines(from, to).map(({ text }) => text);

describe('places', () => {
  test('stay while older lines come and the oldest leave', () => {
    const store = filled(100, 200);
    const place = store.view.search(({ offset }) => offset >= 1500);
    store.fill(0, lines(50, 100));
    expect(store.view.at(place)?.text).toBe('line 150');
    expect(store.view.first).toBe(-50);
    expect(store.held[0]).toMatchObject({ start: 500, end: 2000 });
    const small = new LogStore(100 * 170);
    add(small, 0, lines(0, 200), 2000);
    small.trimFront();
    expect(small.overBudget).toBe(false);
    expect(small.view.at(150)?.text).toBe('line 150');
    expect(small.held[0]?.start).toBe((small.lines.at(small.lines.first) as LogLine).offset);
  });

  test('after the newest were dropped, reading goes on where the log was cut', () => {
    const store = new LogStore(100 * 170);
    add(store, 0, lines(0, 200), 2000);
    store.trimBack();
    const end = store.held[0]?.end as number;
    expect(store.view.at(0)?.text).toBe('line 0');
    expect(end).toBeLessThan(1100);
    add(store, 0, lines(end / 10, end / 10 + 5), end + 50);
    expect(shown(store)).toEqual(texts(0, end / 10 + 5));
  });
});

describe('several logs', () => {
  test('are merged by time, late ones and older pages too, and each keeps its own order', () => {
    const store = new LogStore(1e6);
    add(store, 0, [line(1), line(3), line(5)], 60);
    add(store, 1, [line(2, { source: 1, text: 'b2' }), line(4, { source: 1, text: 'b4' })], 50);
    // The clock went back in the second box: its line still comes after the one before it.
    add(store, 1, [line(5, { source: 1, text: 'b5', time: 1000, order: 1000 })], 60);
    add(store, 0, [line(6)], 70);
    store.fill(1, [line(0, { source: 1, text: 'b0' })]);
    expect(shown(store)).toEqual(['b0', 'line 1', 'b2', 'line 3', 'b4', 'b5', 'line 5', 'line 6']);
  });
});

describe('holes', () => {
  test('what was left out is said, and filled from its end', () => {
    const store = filled(0, 3);
    add(store, 0, lines(10, 12), 120);
    expect(shown(store)).toEqual([...texts(0, 3), 'skipped 70', ...texts(10, 12)]);
    const hole = [...store.lines].find((one) => one.hole) as LogLine;
    store.fill(0, lines(8, 10), hole);
    expect(shown(store)).toEqual([...texts(0, 3), 'skipped 50', ...texts(8, 12)]);
    const rest = [...store.lines].find((one) => one.hole) as LogLine;
    store.fill(0, lines(3, 8), rest);
    expect(shown(store)).toEqual(texts(0, 12));
  });

  test('what was rotated away is said, and is not asked for again', () => {
    const store = filled(0, 2);
    store.skip(0, 70);
    add(store, 0, lines(7, 9), 90);
    expect(shown(store)).toEqual([...texts(0, 2), 'gone 50', ...texts(7, 9)]);
    const other = filled(0, 2);
    add(other, 0, lines(5, 6), 60);
    other.fill(
      0,
      [],
      [...other.lines].find((one) => one.hole),
    );
    expect(shown(other)).toEqual([...texts(0, 2), 'gone 30', 'line 5']);
  });

  test('the rest of a line that began before is none', () => {
    const store = filled(0, 3);
    store.append(0, lines(10, 12), { start: 30, end: 120 });
    expect(shown(store)).toEqual([...texts(0, 3), ...texts(10, 12)]);
  });

  test('lines that are held already are not doubled', () => {
    const store = filled(0, 5);
    add(store, 0, lines(2, 8), 80);
    expect(shown(store)).toEqual(texts(0, 8));
  });
});

describe('queries', () => {
  test('mark, show only and hide, by text, pattern, level and stream', () => {
    const store = filled(0, 30);
    add(store, 0, [line(30, { level: 'error', stream: 'stderr', text: 'ERROR [x]' })], 310);
    const with_ = (change: Partial<Query>) => {
      store.setQuery(query(change));
      return [store.view.length, store.matches.length];
    };
    expect(with_({ text: 'LINE 1' })).toEqual([31, 11]);
    expect(with_({ text: 'LINE 1', caseSensitive: true })).toEqual([31, 0]);
    expect(with_({ text: 'line 1', mode: 'only' })).toEqual([11, 11]);
    expect(with_({ text: 'line 1', mode: 'hide' })[0]).toBe(20);
    expect(with_({ text: '^line \\d$', regex: true, mode: 'only' })).toEqual([10, 10]);
    expect(with_({ text: '[x]', mode: 'only' })).toEqual([1, 1]);
    expect(with_({ levels: ['error'] })[0]).toBe(1);
    expect(with_({ levels: ['other'] })[0]).toBe(30);
    expect(with_({ stream: 'stderr' })[0]).toBe(1);
    expect(with_({ text: '(', regex: true, mode: 'only' })[0]).toBe(31);
    expect(store.matcher.error).toContain('Unterminated group');
  });

  test('see through escape sequences, and marks lie on the text that is shown', () => {
    const store = new LogStore(1e6);
    add(store, 0, [line(0, { text: 'a\x1b[31mnee\x1b[0mdle b' })], 10);
    store.setQuery(query({ text: 'needle' }));
    expect(store.matches).toEqual([0]);
    const [row] = rowsBetween(store, { from: 0, to: 10 }, 0);
    expect(row?.spans).toEqual([
      { text: 'a' },
      { text: 'nee', color: 'var(--ansi-1)', mark: 'current' },
      { text: 'dle', mark: 'current' },
      { text: ' b' },
    ]);
  });
});

describe('rows', () => {
  test('of wrapped lines are counted, and found again from any of them', () => {
    const store = new LogStore(1e6);
    add(store, 0, [line(0, { text: 'x'.repeat(25) }), line(1), line(2, { text: '日本語日本語' })], 30);
    store.setColumns(10);
    expect(
      rowsBetween(store, { from: store.firstRow, to: store.endRow }, null).map(({ height }) => height),
    ).toEqual([3, 1, 2]);
    expect(store.endRow - store.firstRow).toBe(6);
    for (const [row, text] of [
      [0, 'x'.repeat(25)],
      [2, 'x'.repeat(25)],
      [3, 'line 1'],
    ] as const)
      expect(store.view.at(store.placeOfRow(store.firstRow + row))?.text).toBe(text);
    const before = store.rowOfPlace(1);
    add(store, 0, [line(3)], 40);
    expect(store.rowOfPlace(1)).toBe(before);
  });

  test('an open line that grows takes more of them', () => {
    const store = new LogStore(1e6);
    const open = line(0, { text: 'short', open: true });
    add(store, 0, [open], 10);
    store.setColumns(10);
    open.text = 'x'.repeat(35);
    store.update(open);
    expect(store.endRow - store.firstRow).toBe(4);
  });
});

test('a budget is kept by a flood, and the lists with it', () => {
  const store = new LogStore(200 * 170);
  store.setQuery(query({ text: '7' }));
  for (let from = 0; from < 5000; from += 50) {
    add(store, 0, lines(from, from + 50), (from + 50) * 10);
    if (store.overBudget) store.trimFront();
  }
  expect(store.lines.length).toBeLessThan(200);
  expect(store.view.at(4999)?.text).toBe('line 4999');
  expect(store.matches.every((place) => store.view.at(place)?.text.includes('7'))).toBe(true);
  expect(store.matches.length).toBe([...store.view].filter(({ text }) => text.includes('7')).length);
});

test('a histogram counts every line by its level', () => {
  const store = filled(0, 90);
  add(store, 0, [line(90, { level: 'error' })], 910);
  const histogram = histogramOf(store, 10);
  expect(histogram).toMatchObject({ from: 0, to: 90_000, total: 91 });
  expect(histogram?.counts.other).toEqual(new Array(10).fill(9));
  expect(histogram?.counts.error.at(-1)).toBe(1);
});
