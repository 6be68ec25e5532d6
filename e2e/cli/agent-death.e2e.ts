/** The agent dies; nobody who uses a box notices. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

test('run in the foreground goes on, loses and doubles nothing, and ends with the right code', async () => {
  const child = spawn(
    BOX,
    ['run', '--rm', 'busybox', 'sh', '-c', 'for i in $(seq 1 400); do echo $i; sleep 0.01; done; exit 9'],
    {
      env: agent.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  await once(child.stdout, 'data');
  for (let round = 0; round < 3; round++) await agent.restart();
  expect(await once(child, 'close')).toEqual([9, null]);
  expect(out).toBe(Array.from({ length: 400 }, (_, at) => `${at + 1}\n`).join(''));
  expect(err).toMatch(/^(box: the agent is away[^\n]*\n)+$/);
});

test('a terminal goes on: what was typed meanwhile arrives once', async () => {
  await using terminal = new Terminal(BOX, ['run', '--name', 'typed', 'busybox', 'sh'], { env: agent.env });
  await terminal.waitFor('# ');
  terminal.write('x=1\r');
  await terminal.waitFor('# ');
  await agent.kill9();
  await terminal.waitFor('the agent is away');
  terminal.write('x=$((x+1)); echo val""ue $x\r');
  await agent.launch();
  await terminal.waitFor('value 2');
  terminal.write('exit $((x+5))\r');
  expect(await terminal.exited).toBe(7);
  await agent.ok(['rm', 'typed']);
});

test('an exec that ended while the agent was dead tells its code', async () => {
  await agent.ok(['run', '-d', '--name', 'host', 'busybox', 'sleep', '1000']);
  const child = spawn(
    BOX,
    ['exec', 'host', 'sh', '-c', 'echo begun; while ! [ -e /go ]; do sleep 0.05; done; echo done; exit 6'],
    {
      env: agent.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  await once(child.stdout, 'data');
  await agent.ok(['exec', 'host', 'touch', '/go']);
  await agent.kill9();
  await agent.launch();
  expect(await once(child, 'close')).toEqual([6, null]);
  expect(out).toBe('begun\ndone\n');
  await agent.ok(['rm', '-f', 'host']);
});

test('wait and logs -f wait for the agent to come back', async () => {
  await agent.ok([
    'run',
    '-d',
    '--name',
    'slow',
    'busybox',
    'sh',
    '-c',
    'echo one; while ! [ -e /go ]; do sleep 0.05; done; echo two; exit 8',
  ]);
  const logs = spawn(BOX, ['logs', '-f', 'slow'], { env: agent.env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  logs.stdout.on('data', (text) => {
    out += text;
  });
  const wait = agent.box(['wait', 'slow']);
  await once(logs.stdout, 'data');
  await agent.restart();
  await agent.ok(['exec', 'slow', 'touch', '/go']);
  expect((await wait).stdout).toBe('8\n');
  expect(await once(logs, 'close')).toEqual([0, null]);
  expect(out).toBe('one\ntwo\n');
  await agent.ok(['rm', 'slow']);
});

test('a polite end of the agent leaves the boxes too', async () => {
  await agent.ok(['run', '-d', '--name', 'left', 'busybox', 'sleep', '1000']);
  await agent.quit();
  await agent.launch();
  expect(await agent.ok(['ps', '--format', '{{.Name}} {{.State}}'])).toBe('left running');
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
