import type { CriRecord } from '@boxyard/spec';
import { expect, it } from 'vitest';
import { LogTail } from './log-tail';

const record = (text: string, tag: CriRecord['tag'] = 'F'): CriRecord => ({
  time: '2026-11-22T05:53:27.123456789Z',
  stream: 'stdout',
  tag,
  text,
});
const texts = (tail: LogTail) => tail.lines().map(({ text }) => text);

it('keeps the last lines, without colours, joined where the log cut them', () => {
  const tail = new LogTail(2);
  tail.push([record('one'), record('\x1b[31mtw', 'P'), record('o\x1b[0m'), record('three')]);
  expect(texts(tail)).toEqual(['two', 'three']);
});

it('shows what it has until the tail comes anew, and never both', () => {
  const tail = new LogTail(5);
  tail.push([record('before')]);
  tail.restart();
  expect(texts(tail)).toEqual(['before']);
  tail.push([record('after')]);
  expect(texts(tail)).toEqual(['after']);
});

it('cuts a line of megabytes', () => {
  const tail = new LogTail(1);
  tail.push([record('x'.repeat(1_000_000), 'P'), record('end')]);
  expect(tail.lines()[0]?.text.length).toBe(400);
});
