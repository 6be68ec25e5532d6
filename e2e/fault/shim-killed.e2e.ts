/** The supervisor of a box dies by SIGKILL: the box goes with it and says so, and nothing of it is left. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, TestAgent } from '../harness/agent.ts';
import { Client } from './numbered.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

const inspect = async (name: string, field: string) =>
  JSON.parse(await agent.ok(['inspect', '--format', `{{json ${field}}}`, name]));

/** Starts a box with something to lose; its supervisor's pid and its own. */
async function startBox(name: string): Promise<{ shim: number; init: number }> {
  const script = 'sleep 1000 & echo begun; while :; do sleep 1; done';
  const id = await agent.ok([
    'run',
    '-d',
    '--name',
    name,
    '--tmpfs',
    '/scratch',
    'busybox',
    'sh',
    '-c',
    script,
  ]);
  const pidFile = join(agent.folder, 'run/containers', await fullId(id), 'shim.pid');
  return { shim: Number(readFileSync(pidFile, 'utf8')), init: await inspect(name, '.pid') };
}

const fullId = async (id: string) =>
  (await agent.ok(['ps', '-aq', '--no-trunc'])).split('\n').find((full) => full.startsWith(id)) ?? id;

async function expectLost(name: string, { shim, init }: { shim: number; init: number }): Promise<void> {
  expect(await eventually(async () => (await inspect(name, '.state')) === 'lost', `${name} is lost`)).toBe(
    true,
  );
  for (const pid of [shim, init]) {
    await eventually(() => !existsSync(`/proc/${pid}`), `process ${pid} ends`);
  }
}

test('its box is killed and lost; who watches or runs something in it is told at once', async () => {
  const pids = await startBox('victim');
  const attach = new Client(agent, ['attach', 'victim']);
  const exec = new Client(agent, ['exec', 'victim', 'sh', '-c', 'echo in; sleep 1000']);
  const follow = new Client(agent, ['logs', '-f', 'victim']);
  await Promise.all([exec.heard('in'), follow.heard('begun')]);
  process.kill(pids.shim, 'SIGKILL');
  await expectLost('victim', pids);
  expect(await follow.ended).toBe(0);
  for (const client of [attach, exec]) {
    expect(await client.ended).toBe(125);
    expect(client.stderr).toMatch(/^box: [^\n]*lost[^\n]*\n$/);
  }
  expect(await agent.box(['wait', 'victim'])).toMatchObject({
    code: 125,
    stderr: expect.stringMatching(/^box: victim is lost, its exit code is unknown[^\n]*\n$/),
  });
  expect(await agent.ok(['logs', 'victim'])).toBe('begun');
});

test('a lost box can be started again, and removed', async () => {
  await agent.ok(['start', 'victim']);
  expect(await inspect('victim', '.state')).toBe('running');
  expect(await agent.leaks()).toEqual([]);
});

test('while the agent is dead: the next agent kills what is left of the box and calls it lost', async () => {
  const pids = await startBox('orphan');
  const other = await startBox('other');
  await agent.kill9();
  process.kill(pids.shim, 'SIGKILL');
  await agent.launch();
  await expectLost('orphan', pids);
  expect(await inspect('other', '.state')).toBe('running');
  expect(await inspect('other', '.pid')).toBe(other.init);
  expect(await agent.leaks()).toEqual([]);
});

test('many at once: each box is lost, none of its processes is left', async () => {
  const names = Array.from({ length: 8 }, (_, at) => `many-${at}`);
  const all = await Promise.all(names.map(startBox));
  for (const { shim } of all) process.kill(shim, 'SIGKILL');
  await Promise.all(all.map((pids, at) => expectLost(`many-${at}`, pids)));
  expect(await agent.leaks()).toEqual([]);
});
