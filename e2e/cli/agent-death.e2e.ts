/** The agent dies; nobody who uses a box notices. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

test('run in the foreground goes on, loses and doubles nothing, and ends with the right code', async () => {
  const script = 'for i in $(seq 1 400); do echo $i; sleep 0.01; done; exit 9';
  using box = agent.program(['run', '--rm', 'busybox', 'sh', '-c', script]);
  await box.printed('1\n');
  for (let round = 0; round < 3; round++) await agent.restart();
  expect(await box.ended).toBe(9);
  expect(box.stdout).toBe(Array.from({ length: 400 }, (_, at) => `${at + 1}\n`).join(''));
  expect(box.stderr).toMatch(/^(box: the agent is away[^\n]*\n)+$/);
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
  const script = 'echo begun; while ! [ -e /go ]; do sleep 0.05; done; echo done; exit 6';
  using exec = agent.program(['exec', 'host', 'sh', '-c', script]);
  await exec.printed('begun');
  await agent.ok(['exec', 'host', 'touch', '/go']);
  await agent.restart();
  expect(await exec.ended).toBe(6);
  expect(exec.stdout).toBe('begun\ndone\n');
  await agent.ok(['rm', '-f', 'host']);
});

test('wait and logs -f wait for the agent to come back', async () => {
  const script = 'echo one; while ! [ -e /go ]; do sleep 0.05; done; echo two; exit 8';
  await agent.ok(['run', '-d', '--name', 'slow', 'busybox', 'sh', '-c', script]);
  using logs = agent.program(['logs', '-f', 'slow']);
  using wait = agent.program(['wait', 'slow']);
  await logs.printed('one');
  await agent.restart();
  await agent.ok(['exec', 'slow', 'touch', '/go']);
  expect(await Promise.all([logs.ended, wait.ended])).toEqual([0, 0]);
  expect(logs.stdout).toBe('one\ntwo\n');
  expect(wait.stdout).toBe('8\n');
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
