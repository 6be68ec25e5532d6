import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createFlags } from './options/create-flags.ts';
import { buildCommand, HelpRequested, parseArguments, spellOutBooleans } from './verb.ts';

const run = () =>
  buildCommand('run', 'Create and start a box', {
    define: (command: Command) => createFlags(command, 'run'),
    examples: ['run busybox', 'tar c . | box run -i busybox tar t'],
    run: async () => 0,
  });
const parse = (...argv: string[]) => parseArguments(run(), argv);

test('flags stop at the image: what follows is the command', () => {
  const { args, options } = parse('-it', '-e', 'A=1', '-eB=2', 'busybox', 'ls', '-la', '--name', 'x');
  expect(args).toEqual(['busybox', 'ls', '-la', '--name', 'x']);
  expect(options).toMatchObject({ interactive: true, tty: true, env: ['A=1', 'B=2'] });
  expect(options.name).toBeUndefined();
});

test('"--" after the image is kept for the command to drop', () => {
  expect(parse('busybox', '--', '-x').args).toEqual(['busybox', '--', '-x']);
});

test('-t=false and --tty=false say no, --tty says yes, silence says nothing', () => {
  expect(parse('-t=false', 'busybox').options.tty).toBe(false);
  expect(parse('--tty=false', 'busybox').options.tty).toBe(false);
  expect(parse('--tty=true', 'busybox').options.tty).toBe(true);
  expect(parse('busybox').options.tty).toBeUndefined();
});

test('=false of a flag without a negation leaves it out', () => {
  expect(parse('--detach=false', 'busybox').options.detach).toBeUndefined();
});

test.each([
  [
    ['-e', '-t=false', 'img'],
    ['-e', '-t=false', 'img'],
  ],
  [
    ['-ite', '-t=false', 'img'],
    ['-ite', '-t=false', 'img'],
  ],
  [
    ['img', '-t=false'],
    ['img', '-t=false'],
  ],
  [
    ['--', '-t=false'],
    ['--', '-t=false'],
  ],
  [
    ['--name=true', 'img'],
    ['--name=true', 'img'],
  ],
])('values and arguments are left alone: %j', (argv, expected) => {
  expect(spellOutBooleans(run(), argv)).toEqual(expected);
});

test('an unknown flag suggests the nearest', () => {
  expect(() => parse('--nmae', 'x', 'busybox')).toThrow(
    expect.objectContaining({ message: 'run: unknown option "--nmae"', hint: 'did you mean --name?' }),
  );
});

test('a flag without its value says so', () => {
  expect(() => parse('--name')).toThrow(/argument missing/);
});

test('--help shows usage and examples', () => {
  const help = (() => {
    try {
      return parse('--help');
    } catch (error) {
      return error;
    }
  })();
  expect(help).toBeInstanceOf(HelpRequested);
  expect((help as HelpRequested).text).toMatch(
    /Usage: box run[\s\S]*Examples:\n {2}box run busybox\n {2}tar c \. \| box run/,
  );
});
