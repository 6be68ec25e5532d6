import type { TaskItem, TaskView } from '@boxyard/api';
import { expect, it } from 'vitest';
import { RateMeter, registryToSignIn, taskProgress, taskTitle } from './task-words.ts';

const item = (state: TaskItem['state'], current: number, total: number | null): TaskItem => ({
  id: 'a',
  label: 'a',
  state,
  current,
  total,
});

it('says what a task does and what it does it to', () => {
  expect(taskTitle({ kind: 'pull', subject: 'nginx:latest' })).toBe('Pull nginx:latest');
});

it('all bars are one, and layers that were there count as done', () => {
  const items = [item('working', 30, 100), item('exists', 0, 50), item('done', 10, 10)];
  expect(taskProgress({ items })).toEqual({ current: 90, total: 160 });
});

it('without every size there is no share', () => {
  expect(taskProgress({ items: [item('working', 30, null), item('waiting', 0, 100)] })).toEqual({
    current: 30,
    total: null,
  });
  expect(taskProgress({ items: [] })).toEqual({ current: 0, total: null });
});

it('a rate is of the last seconds, and falls to nothing when no more bytes come', () => {
  const meter = new RateMeter();
  meter.add(0, 0);
  expect(meter.rate(1_000)).toBeNull();
  meter.add(1_000, 1_000_000);
  meter.add(2_000, 2_000_000);
  expect(meter.rate(2_000)).toBe(1_000_000);
  meter.add(9_000, 2_000_000);
  meter.add(9_500, 2_000_000);
  expect(meter.rate(10_000)).toBe(0);
});

it('a pull that was refused leads to the form of its registry; one that failed otherwise does not', () => {
  const failed = (code: string) =>
    ({ kind: 'pull', subject: 'ghcr.io/team/app:v1', error: { code, message: '' } }) as TaskView;
  expect(registryToSignIn(failed('UNAUTHENTICATED'))).toBe('ghcr.io');
  expect(registryToSignIn(failed('NOT_FOUND'))).toBeUndefined();
});
