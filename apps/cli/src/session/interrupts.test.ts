import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Interrupts } from './interrupts.ts';

const press = (interrupts: Interrupts, times: number) =>
  Array.from({ length: times }, () => interrupts.pressed());

/** A process without handlers, and this one with one. */
let child: ChildProcess;
beforeAll(async () => {
  child = spawn('sleep', ['60']);
  await once(child, 'spawn');
});
afterAll(() => void child.kill('SIGKILL'));
const withoutHandler = () => child.pid ?? null;

test('a process 1 without handler: hint at the second, detach at the third', () => {
  expect(press(new Interrupts(withoutHandler), 3)).toEqual(['nothing', 'hint', 'detach']);
});

test('a process 1 with a handler is left to react as it likes', () => {
  const handler = () => undefined;
  process.on('SIGINT', handler);
  expect(press(new Interrupts(() => process.pid), 4)).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
  process.off('SIGINT', handler);
});

test('other keys and output other than the echo begin the count anew', () => {
  const interrupts = new Interrupts(withoutHandler);
  press(interrupts, 2);
  interrupts.output(Buffer.from('^C'));
  expect(press(interrupts, 1)).toEqual(['detach']);
  interrupts.reset();
  expect(press(interrupts, 2)).toEqual(['nothing', 'hint']);
  interrupts.output(Buffer.from('^C\r\n$ '));
  expect(press(interrupts, 1)).toEqual(['nothing']);
});

test('a process that is not there or not known counts as reacting', () => {
  expect(press(new Interrupts(() => null), 3)).toEqual(['nothing', 'nothing', 'nothing']);
  expect(press(new Interrupts(() => 2 ** 22 + 1), 3)).toEqual(['nothing', 'nothing', 'nothing']);
});
