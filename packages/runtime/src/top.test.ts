import { expect, test } from 'vitest';
import { parseProcess } from './top.ts';

// Of `sleep 61` as user 1000 in a box, Linux 6.18; status cut down to lines that matter and some that could be mistaken for them.
const STAT =
  '18 (sleep) R 13 18 18 0 -1 4194560 22 0 0 0 150 25 0 0 20 0 1 0 401314 2183168 3 18446744073709551615 4198400 5785993 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n';
const STATUS =
  'Name:\tsleep\nState:\tR (running)\nTgid:\t18\nPid:\t18\nPPid:\t13\nUid:\t1000\t1001\t1000\t1000\nGroups:\t50 1000 \nNStgid:\t18\t3\nNSpid:\t18\t3\nVmHWM:\t      99 kB\nVmRSS:\t      12 kB\nThreads:\t4\n';

test('a process is read from stat, status and cmdline', () => {
  expect(parseProcess({ pid: 18, stat: STAT, status: STATUS, cmdline: 'sleep\x0061\0' })).toEqual({
    pid: 18,
    parent: 13,
    innerPid: 3,
    uid: 1001,
    state: 'R',
    threads: 4,
    memory: 12 * 1024,
    cpuSeconds: 1.75,
    startedAfterBoot: 4013.14,
    command: ['sleep', '61'],
  });
});

test('a name made to confuse changes nothing', () => {
  const stat = STAT.replace('(sleep)', '(a) S 1 (b)');
  expect(parseProcess({ pid: 18, stat, status: STATUS, cmdline: '' })).toMatchObject({
    parent: 13,
    state: 'R',
    command: ['[a) S 1 (b]'],
  });
});
