import { expect, test } from 'vitest';
import { parseUlimit } from './ulimit.ts';

test.each([
  ['nofile=1024:2048', { name: 'nofile', soft: 1024, hard: 2048 }],
  ['nofile=1024', { name: 'nofile', soft: 1024, hard: 1024 }],
  ['core=0:unlimited', { name: 'core', soft: 0, hard: -1 }],
  ['core=-1', { name: 'core', soft: -1, hard: -1 }],
])('--ulimit %s is understood', (text, limit) => {
  expect(parseUlimit(text)).toEqual(limit);
});

test.each([
  ['nofile', /is no limit/],
  ['nofiles=1', /"nofiles" is no limit/],
  ['nofile=', /"" is no number/],
  ['nofile=1:2:3', /is no number/],
  ['nofile=x', /"x" is no number/],
  ['nofile=20:10', /above the hard/],
  ['nofile=-1:10', /above the hard/],
])('--ulimit %s is refused', (text, message) => {
  expect(() => parseUlimit(text)).toThrow(message);
});
