import { expect, test } from 'vitest';
import { sessionMode } from './session-options.ts';

const TERMINAL = { stdin: true, stdout: true };
const PIPES = { stdin: false, stdout: false };
const OUT_PIPED = { stdin: true, stdout: false };

test.each([
  ['nothing, on a terminal', {}, TERMINAL, { tty: true, openStdin: true }],
  ['nothing, in a pipe', {}, PIPES, { tty: false, openStdin: false }],
  ['nothing, stdout piped', {}, OUT_PIPED, { tty: false, openStdin: false }],
  ['-t=false on a terminal', { tty: false }, TERMINAL, { tty: false, openStdin: false }],
  ['-i on a terminal', { interactive: true }, TERMINAL, { tty: false, openStdin: true }],
  ['-i in a pipe', { interactive: true }, PIPES, { tty: false, openStdin: true }],
  ['-t on a terminal', { tty: true }, TERMINAL, { tty: true, openStdin: false }],
  ['-it, stdout piped', { interactive: true, tty: true }, OUT_PIPED, { tty: true, openStdin: true }],
  ['-d on a terminal', { detach: true }, TERMINAL, { tty: false, openStdin: false }],
  ['-dit in a pipe', { detach: true, interactive: true, tty: true }, PIPES, { tty: true, openStdin: true }],
])('%s', (_, flags, terminal, mode) => {
  expect(sessionMode(flags, terminal)).toEqual(mode);
});

test('-t when stdin is no terminal is an error', () => {
  expect(() => sessionMode({ tty: true, interactive: true }, PIPES)).toThrow('-t needs a terminal');
});
