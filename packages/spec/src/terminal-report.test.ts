import { expect, test } from 'vitest';
import { isTerminalReport } from './terminal-report.ts';

const is = (text: string) => isTerminalReport(Buffer.from(text));

test('answers of a terminal are told from keys', () => {
  // What xterm answers to: cursor, DA1, DA2, mode, size, focus, colour, DECRQSS; two at once.
  for (const report of [
    '\x1b[12;40R',
    '\x1b[?1;2c',
    '\x1b[>0;276;0c',
    '\x1b[?2026;2$y',
    '\x1b[8;24;80t',
    '\x1b[I',
    '\x1b]11;rgb:ffff/ffff/ffff\x1b\\',
    '\x1bP1$r0m\x1b\\',
    '\x1b[0n\x1b[1;1R',
  ])
    expect([report, is(report)]).toEqual([report, true]);
  // Arrows, F1, Alt-x, a mouse press, paste, Escape, letters, a report with something typed behind it.
  for (const typed of [
    '\x1b[A',
    '\x1bOP',
    '\x1bx',
    '\x1b[<0;1;1M',
    '\x1b[200~ls\x1b[201~',
    '\x1b',
    'ls',
    '\x1b[1;1Rx',
  ])
    expect([typed, is(typed)]).toEqual([typed, false]);
});
