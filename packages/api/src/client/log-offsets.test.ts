import { expect, it } from 'vitest';
import { contentEnd } from './log-offsets.ts';

const time = '2026-11-22T05:53:27.123456789Z';
const end = (records: string) => contentEnd(100, Buffer.from(records));

it('the content of a record is its text, a newline for whole lines, and what a gap lost', () => {
  expect(end('')).toBe(100);
  expect(end(`${time} stdout F hello\n`)).toBe(106);
  expect(end(`${time} stderr P hello\n`)).toBe(105);
  expect(end(`${time} stdout F \n`)).toBe(101);
  expect(end(`${time} stdout F a b c\n`)).toBe(106);
  expect(end(`${time} stdout G 4096\n${time} stdout F x\n`)).toBe(100 + 4096 + 2);
  expect(end(`${time} stdout F grüße\n`)).toBe(108);
});
