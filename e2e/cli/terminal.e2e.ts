import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, eventually, TestAgent } from '../harness/agent.ts';
import { Terminal, type TerminalOptions } from '../harness/terminal.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

const box = (args: string[], options: TerminalOptions = {}) =>
  new Terminal(BOX, args, { env: agent.env, ...options });
const state = (name: string) => agent.ok(['ps', '-a', '--filter', `name=${name}`, '--format', '{{.State}}']);

test('run on a terminal is a shell without flags: echo, size, exit code', async () => {
  await using terminal = box(['run', '--rm', 'busybox', 'sh'], { rows: 30, columns: 100 });
  await terminal.waitFor('# ');
  terminal.write('stty size; tty; echo TERM=$TERM\r');
  await terminal.waitFor('30 100');
  await terminal.waitFor('/dev/pts/0');
  await terminal.waitFor('TERM=xterm');
  terminal.write('exit 5\r');
  expect(await terminal.exited).toBe(5);
  expect(await terminal.isCooked()).toBe(true);
});

test('a resize reaches the box', async () => {
  await using terminal = box([
    'run',
    '--rm',
    'busybox',
    'sh',
    '-c',
    "trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done",
  ]);
  await terminal.waitFor('ready');
  terminal.resize(44, 133);
  await terminal.waitFor('44 133');
  terminal.resize(20, 60);
  await terminal.waitFor('20 60');
  terminal.signal('SIGTERM');
});

test('Ctrl-C, Ctrl-Z, fg and Ctrl-D mean what they mean in a shell', async () => {
  await using terminal = box(['run', '--rm', '-it', 'busybox', 'sh']);
  await terminal.waitFor('# ');
  // Its ticks tell that the shell has handed the terminal over: what is typed before that is not the program's.
  const ticker = `sh -c 'while :; do echo ti""ck; sleep 0.2; done'`;
  terminal.write(`${ticker}\r`);
  await terminal.waitFor('tick');
  terminal.write('\x03');
  await terminal.waitFor('# ');
  terminal.write(`${ticker}\r`);
  await terminal.waitFor('tick');
  terminal.write('\x1a');
  await terminal.waitFor(/Stopped/);
  terminal.write('jobs\r');
  await terminal.waitFor(/Stopped.*sleep 0.2/);
  terminal.write('fg\r');
  await terminal.waitFor('tick');
  terminal.write('\x03');
  await terminal.waitFor('# ');
  terminal.write('\x04');
  await terminal.exited;
  expect(await terminal.isCooked()).toBe(true);
});

test('the detach keys leave the box running, attach comes back to its screen', async () => {
  await using first = box(['run', '--name', 'left', 'busybox', 'sh']);
  await first.waitFor('# ');
  first.write('echo be""fore\r');
  await first.waitFor('before');
  first.write('\x10\x11');
  await first.waitFor('detached from left');
  expect(await first.exited).toBe(0);
  expect(await first.isCooked()).toBe(true);
  expect(await state('left')).toBe('running');

  await using second = box(['attach', 'left']);
  await second.waitFor('before');
  second.write('echo af""ter; exit 3\r');
  await second.waitFor('after');
  expect(await second.exited).toBe(3);
  await agent.ok(['rm', 'left']);
});

test('--detach-keys changes them', async () => {
  await using terminal = box(['run', '--name', 'keys', '--detach-keys', 'ctrl-x,d', 'busybox', 'sh']);
  await terminal.waitFor('# ');
  terminal.write('\x18d');
  expect(await terminal.exited).toBe(0);
  await agent.ok(['rm', '-f', 'keys']);
});

test('a process 1 without handler: a hint at the second Ctrl-C, detached at the third', async () => {
  await using terminal = box(['run', '--name', 'deaf', 'busybox', 'sleep', '1000']);
  await eventually(async () => (await state('deaf')) === 'running', 'deaf runs');
  terminal.write('\x03');
  await terminal.waitFor('^C');
  terminal.write('\x03');
  await terminal.waitFor('has no handler for SIGINT');
  terminal.write('\x03');
  await terminal.waitFor('box kill deaf');
  expect(await terminal.exited).toBe(130);
  expect(await terminal.isCooked()).toBe(true);
  expect(await state('deaf')).toBe('running');
  await agent.ok(['rm', '-f', 'deaf']);
});

test('SIGTERM to the client reaches the box, and the terminal is given back', async () => {
  await using terminal = box([
    'run',
    '--rm',
    'busybox',
    'sh',
    '-c',
    "trap 'echo caught; exit 6' TERM; echo ready; while :; do sleep 1 & wait $!; done",
  ]);
  await terminal.waitFor('ready');
  expect(await terminal.isCooked()).toBe(false);
  terminal.signal('SIGTERM');
  await terminal.waitFor('caught');
  expect(await terminal.exited).toBe(6);
  expect(await terminal.isCooked()).toBe(true);
});

test('SIGTERM without --sig-proxy ends the client and gives the terminal back', async () => {
  await using terminal = box(['run', '--name', 'unproxied', '--sig-proxy=false', 'busybox', 'sh']);
  await terminal.waitFor('# ');
  terminal.signal('SIGTERM');
  expect(await terminal.exited).toBe(143);
  expect(await terminal.isCooked()).toBe(true);
  await agent.ok(['rm', '-f', 'unproxied']);
});

test('exec -it is a terminal of its own', async () => {
  await agent.ok(['run', '-d', '--name', 'host', 'busybox', 'sleep', '1000']);
  await using terminal = box(['exec', '-it', 'host', 'sh'], { rows: 33, columns: 99 });
  await terminal.waitFor('# ');
  terminal.write('stty size; tty\r');
  await terminal.waitFor('33 99');
  await terminal.waitFor('/dev/pts/');
  terminal.write('exit 4\r');
  expect(await terminal.exited).toBe(4);
  await agent.ok(['rm', '-f', 'host']);
});

test('-t=false switches the terminal off, -t without one is an error', async () => {
  await using terminal = box(['run', '--rm', '-t=false', 'busybox', 'tty']);
  await terminal.waitFor('not a tty');
  expect(await terminal.exited).toBe(1);
  expect(await agent.box(['run', '--rm', '-t', 'busybox', 'true'])).toMatchObject({
    code: 125,
    stderr: expect.stringMatching(/^box: -t needs a terminal.*\n$/),
  });
});

test('colours on a terminal, none with NO_COLOR; the next step is told on stderr', async () => {
  await agent.ok(['run', '-d', '--name', 'shown', 'busybox', 'sleep', '1000']);
  await using coloured = box(['ps'], { env: { ...agent.env, NO_COLOR: '' } });
  await coloured.exited;
  await coloured.waitFor('\u001b[32mUp');
  await using plain = box(['ps']);
  await plain.exited;
  await plain.waitFor('Up');
  expect(plain.output).not.toContain('\u001b');
  await using detached = box(['run', '-d', '--rm', '--name', 'next', 'busybox', 'sleep', '1000']);
  await detached.waitFor('box logs -f next');
  await agent.ok(['rm', '-f', 'shown', 'next']);
});

test('line feeds pass as they are, so that full-screen programs look right', async () => {
  await using terminal = box([
    'run',
    '--rm',
    'busybox',
    'sh',
    '-c',
    'stty -opost; printf "a\\nb\\n"; stty opost',
  ]);
  await terminal.waitFor('a\nb\n');
  expect(await terminal.exited).toBe(0);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
