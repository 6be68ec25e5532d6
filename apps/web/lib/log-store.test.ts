import { beforeEach, expect, it, vi } from 'vitest';
import { LogStore, MAX_LINE_CHARACTERS, MAX_LINES } from './log-store';

const encoder = new TextEncoder();
const TIME = '2026-11-22T05:53:27.123456789Z';
const record = (text: string, tag = 'F', stream = 'stdout') => `${TIME} ${stream} ${tag} ${text}\n`;
const push = (store: LogStore, ...records: string[]) => store.push(encoder.encode(records.join('')));
const texts = (store: LogStore) => store.lines.map(({ text }) => text);

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback));
});

it('puts the parts of a line together, each stream by itself', async () => {
  const store = new LogStore();
  await push(
    store,
    record('a', 'P'),
    record('error', 'P', 'stderr'),
    record('b'),
    record('s', 'F', 'stderr'),
  );
  expect(texts(store)).toEqual(['ab', 'errors']);
});

it('holds a bounded number of lines and counts those that left', async () => {
  const store = new LogStore();
  const many = Array.from({ length: MAX_LINES * 2 }, (_, index) => record(`${index}`));
  for (let at = 0; at < many.length; at += 1000) await push(store, ...many.slice(at, at + 1000));
  expect(store.lines.length).toBeLessThanOrEqual(MAX_LINES * 1.125);
  expect(store.dropped + store.lines.length).toBe(many.length);
  expect(store.lines.at(-1)?.text).toBe(`${many.length - 1}`);
});

it('folds a line that never ends', async () => {
  const store = new LogStore();
  for (let part = 0; part < 100; part++) await push(store, record('x'.repeat(1000), 'P'));
  expect(store.lines).toHaveLength(1);
  expect(store.lines[0]?.text.length).toBeLessThan(MAX_LINE_CHARACTERS + 100);
  expect(store.lines[0]?.text).toContain('line goes on');
});

it('counts what could not be written and tells its listeners once for all that came together', async () => {
  const store = new LogStore();
  const listener = vi.fn();
  store.subscribe(listener);
  await Promise.all([push(store, record('a')), push(store, record('4096', 'G')), push(store, record('b'))]);
  expect(store.skippedBytes).toBe(4096);
  expect(texts(store)).toEqual(['a', 'b']);
  expect(listener).toHaveBeenCalledTimes(1);
});
