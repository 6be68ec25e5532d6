import type { TaskItem, TaskView } from '@boxyard/api';
import { expect, test } from 'vitest';
import { Bars, Changes } from './bars.ts';

const item = (id: string, change: Partial<TaskItem>): TaskItem => ({
  id,
  label: id,
  state: 'working',
  current: 0,
  total: 1024,
  ...change,
});
const task = (items: TaskItem[], change: Partial<TaskView> = {}): TaskView => ({
  id: '0'.repeat(16),
  kind: 'pull',
  subject: 'a:latest',
  state: 'running',
  createdAt: '2026-01-01T00:00:00Z',
  finishedAt: null,
  items,
  notes: [],
  error: null,
  result: null,
  revision: 1,
  ...change,
});
const SIZE = { rows: 24, columns: 80 };

test('a bar grows with the bytes and says how fast they come', () => {
  const bars = new Bars(1);
  bars.lines(task([item('a', { current: 0 })]), { ...SIZE, now: 0 });
  const [line = ''] = bars.lines(task([item('a', { current: 512 })]), { ...SIZE, now: 500 });
  expect(line).toMatch(/^a {4}━{20}─{20} {2}512B \/ 1KiB {2}1KiB\/s$/);
});

test('what is over has a word instead, and several bars have a sum that leaves out what was there', () => {
  const lines = new Bars(1).lines(
    task([
      item('a', { state: 'exists', total: 4096 }),
      item('b', { state: 'done', current: 1024 }),
      item('c', { state: 'unpacking', current: 1024 }),
    ]),
    { ...SIZE, now: 0 },
  );
  expect(lines.slice(0, 3)).toEqual(['a    already there', 'b    done  1KiB', 'c    unpacking']);
  expect(lines[3]).toMatch(/^2\/3 {2}━{40} {2}2KiB \/ 2KiB$/);
});

test('no line is wider and no block higher than the terminal; those that move are shown first', () => {
  const items = Array.from({ length: 30 }, (_, n) =>
    item(`layer${n}`, { state: n < 25 ? 'done' : 'working' }),
  );
  for (const columns of [20, 40, 80]) {
    const lines = new Bars(1).lines(task(items, { notes: ['x'.repeat(200)] }), { rows: 10, columns, now: 0 });
    expect(lines.length).toBeLessThan(10);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.slice(0, 5).map((line) => line.slice(0, 7))).toContain('layer25');
  }
});

test('in a pipe each change is one line, with what cannot move the cursor', () => {
  const changes = new Changes();
  const notes = ['mirror \u001b[31m failed'];
  expect(changes.of(task([item('a', { state: 'waiting' })], { notes }))).toEqual([
    'pull a:latest',
    'mirror \\u001b[31m failed',
  ]);
  expect(changes.of(task([item('a', { current: 5 })], { notes }))).toEqual(['a: downloading 1KiB']);
  expect(changes.of(task([item('a', { current: 9 })], { notes: [...notes, 'more'] }))).toEqual(['more']);
  expect(changes.of(task([item('a', { state: 'done' })], { notes: ['more', 'last'] }))).toEqual([
    'last',
    'a: done',
  ]);
});
