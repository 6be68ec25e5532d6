import { expect, test } from 'vitest';
import { Ring } from './ring.ts';

const ring = (capacity = 10, step = 1) => new Ring({ step, capacity, columns: 1 });
const add = (to: Ring, value: number, from: number, until: number) =>
  to.add(Float64Array.of(value), from * 1000, until * 1000);
const valuesAt = (from: Ring, seconds: number) => from.read(seconds * 1000).columns[0];

test('a ring gives its samples oldest first and forgets those that no longer fit', () => {
  const seconds = ring(3);
  for (let at = 0; at < 5; at++) add(seconds, at * 10, at, at + 1);
  expect(seconds.read(5_000)).toEqual({ columns: [[20, 30, 40]], until: 5_000 });
});

test('a time without samples is null, also the time since the last one', () => {
  const seconds = ring();
  add(seconds, 1, 0, 1);
  add(seconds, 4, 3, 4);
  expect(valuesAt(seconds, 6)).toEqual([1, null, null, 4, null, null]);
});

test('a gap longer than the ring leaves nothing of what was before', () => {
  const seconds = ring(3);
  for (let at = 0; at < 3; at++) add(seconds, 7, at, at + 1);
  add(seconds, 8, 100, 101);
  expect(valuesAt(seconds, 101)).toEqual([null, null, 8]);
});

test('samples of one slot become their mean, weighted by how long each stood', () => {
  const tens = ring(10, 10);
  add(tens, 1, 0, 2);
  add(tens, 6, 2, 10);
  expect(valuesAt(tens, 10)).toEqual([5]);
});

test('a sample that comes late counts for the time it is about', () => {
  const seconds = ring();
  add(seconds, 1, 0.1, 1.1);
  add(seconds, 2, 1.1, 2.4);
  add(seconds, 3, 2.4, 3.1);
  expect(valuesAt(seconds, 3)).toEqual([1, 2, 3]);
});

test('the slot that is not over yet is not told', () => {
  const tens = ring(10, 10);
  add(tens, 1, 0, 10);
  add(tens, 9, 10, 12);
  expect(valuesAt(tens, 19)).toEqual([1]);
});

test('a value that changes after the ring went round keeps what was before', () => {
  const seconds = ring(600);
  for (let at = 0; at < 700; at++) add(seconds, 1, at, at + 1);
  add(seconds, 2, 700, 701);
  expect(valuesAt(seconds, 701)).toEqual([...Array(599).fill(1), 2]);
  for (let at = 701; at < 740; at++) add(seconds, 2, at, at + 1);
  expect(valuesAt(seconds, 740)).toEqual([...Array(560).fill(1), ...Array(40).fill(2)]);
});

test('a value that never changes costs no memory, and none of it is lost when it does', () => {
  const seconds = ring(600);
  for (let at = 0; at < 100; at++) add(seconds, 1, at, at + 1);
  expect(seconds.bytes).toBe(0);
  add(seconds, 2, 100, 101);
  expect(seconds.bytes).toBe(128 * 4);
  expect(valuesAt(seconds, 101)).toEqual([...Array(100).fill(1), 2]);
});
