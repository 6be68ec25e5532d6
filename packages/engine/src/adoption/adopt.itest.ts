import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { busybox, errorOf, leaks, openTestEngine, run, testOptions, watch } from '../engine.fixtures.ts';
import { type Engine, openEngine } from '../open.ts';

let engine: Engine | undefined;
let first: ChildProcess | undefined;
afterEach(async () => {
  first?.kill('SIGKILL');
  await engine?.close();
  engine = undefined;
});

/** Another agent on the same root does `what`, and is then killed. */
async function killedAgent(name: string, what: string): Promise<Record<string, string>> {
  const { first: agent, ids } = await otherAgent(name, what);
  agent.kill('SIGKILL');
  await new Promise((resolve) => agent.once('exit', resolve));
  return ids;
}

async function otherAgent(name: string, what: string) {
  const agent = spawn(process.execPath, [join(import.meta.dirname, 'first-agent.ts'), name, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  first = agent;
  for await (const line of createInterface({ input: agent.stdout })) {
    return { first: agent, ids: (JSON.parse(line) as { ids: Record<string, string> }).ids };
  }
  throw new Error('the first agent ended early');
}

function shimPid(id: string): number {
  return Number(readFileSync(join(testOptions('killed').run, 'containers', id, 'shim.pid'), 'utf8'));
}

async function removeAll() {
  const containers = engine?.services.containers;
  const all = (await containers?.list({ all: true, filters: [] })) ?? [];
  await Promise.all(all.map(({ id }) => containers?.remove(id, { force: true })));
}

test('after kill -9 of the agent everything is as it was, and what happened meanwhile is known', async () => {
  const { ids } = await otherAgent('killed', 'some');
  const id = (name: string) => ids[name] ?? expect.unreachable(name);
  const pid = shimPid(id('shimless'));
  first?.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await sleep(800); // boxes end while nobody looks

  engine = await openTestEngine('killed');
  const { containers } = engine.services;
  expect(await containers.inspect('running')).toMatchObject({ state: 'running', id: ids.running });
  expect(await containers.wait('ending')).toMatchObject({ state: 'exited', exit: { kind: 'code', code: 7 } });
  expect(await containers.inspect('shimless')).toMatchObject({
    state: 'lost',
    exit: { kind: 'lost' },
    pid: null,
  });
  expect(await containers.inspect('created')).toMatchObject({ state: 'created' });
  // Its stop was under way: it goes on, with the container's own timeout.
  expect(await containers.wait('stopping')).toMatchObject({ state: 'stopped', exit: { signal: 9 } });

  // A client of `run --rm` finds its exit and its last words, and only then the container goes.
  const rm = await watch(engine, { container: id('removed'), offset: 0 });
  expect(await rm.exit).toMatchObject({ code: 8 });
  expect(rm.text()).toBe('last words\n');
  await expect.poll(() => errorOf(containers.inspect(id('removed')))).toMatchObject({ code: 'NOT_FOUND' });

  expect(await containers.execWait('running', id('short'))).toMatchObject({
    exit: { kind: 'code', code: 9 },
  });
  const exec = await watch(engine, { container: 'running', session: id('short'), offset: 0 });
  expect(await exec.exit).toMatchObject({ code: 9 });
  expect(exec.text()).toBe('from exec\n');
  const { execs } = await containers.inspect('running');
  expect(execs.find((exec) => exec.id === ids.long)).toMatchObject({
    running: true,
    pid: expect.any(Number),
  });

  const log = await watch(engine, { container: 'running', offset: 'start', lossless: false });
  await log.saw('line 2000\n');
  expect(log.text().split('\n').slice(0, 2001)).toEqual(
    Array.from({ length: 2001 }, (_, index) => `line ${index}`),
  );
  expect(log.skipped).toEqual([]);
  log.handle.close();

  await containers.kill('running', 'KILL');
  await removeAll();
  expect(await leaks(engine)).toEqual([]);
});

test('a hundred running containers are taken up within a second', async () => {
  await killedAgent('many', 'many');
  const before = performance.now();
  engine = await openTestEngine('many');
  const took = performance.now() - before;
  expect(engine.adoption).toEqual({ adopted: 100, ended: 0, lost: 0 });
  expect(took).toBeLessThan(1000);
  console.log(`100 containers adopted in ${took.toFixed(0)} ms`);
  await removeAll();
  expect(await leaks(engine)).toEqual([]);
});

test('a second agent on the same root is refused with the pid of the first', async () => {
  engine = await openTestEngine('twice');
  expect(await errorOf(openEngine(testOptions('twice')))).toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`another agent (pid ${process.pid}) already uses`),
  });
});

test('a graceful close leaves the containers running for the next agent', async () => {
  engine = await openTestEngine('closed');
  const { id } = await engine.services.containers.create(
    busybox({ command: ['sleep', '1000'], stopTimeout: 0 }),
  );
  const { pid } = await engine.services.containers.start(id);
  await engine.close();
  engine = await openTestEngine('closed');
  expect(await engine.services.containers.inspect(id)).toMatchObject({ state: 'running', pid });
  await removeAll();
  expect(await leaks(engine)).toEqual([]);
});

test('when a shim is killed its box is killed and lost, and it can be started again', async () => {
  engine = await openTestEngine('killed');
  const { containers } = engine.services;
  const { id } = await containers.create(
    busybox({ command: ['sh', '-c', 'echo before; sleep 1000'], stopTimeout: 0 }),
  );
  const { pid } = await containers.start(id);
  const watched = await watch(engine, { container: id, offset: 'start' });
  await watched.saw('before\n');
  process.kill(shimPid(id), 'SIGKILL');
  expect(await watched.exit).toMatchObject({ lost: true });
  expect(await containers.wait(id)).toMatchObject({ state: 'lost', pid: null });
  expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  expect(await containers.start(id)).toMatchObject({ state: 'running' });
  await removeAll();
  expect(await leaks(engine)).toEqual([]);
});

/** Milliseconds into a busy agent's life at which it is killed. */
const MOMENTS = (process.env.BOXYARD_TEST_MOMENTS ?? '3 17 40 71').split(' ').map(Number);

test('killed in the middle of making, starting, stopping and removing, an agent leaves nothing unfinished', async () => {
  for (const moment of MOMENTS) {
    const { first: agent } = await otherAgent('busy', 'busy');
    await sleep(moment);
    agent.kill('SIGKILL');
    engine = await openTestEngine('busy');
    for (const { state } of await engine.services.containers.list({ all: true, filters: [] })) {
      expect(['created', 'running', 'stopped', 'exited', 'stopping']).toContain(state);
    }
    await removeAll();
    expect(await leaks(engine)).toEqual([]);
    await engine.close();
  }
});

test('after a restart of the host what ran has ended, for that reason', async () => {
  engine = await openTestEngine('rebooted');
  const id = await run(engine, { command: ['sh', '-c', 'echo words; sleep 1000'], stopTimeout: 0 });
  const { root, run: runDirectory } = testOptions('rebooted');
  await engine.close();
  // What a restart does: no processes, an empty /run, another boot id.
  process.kill(Number(readFileSync(join(runDirectory, 'containers', id, 'shim.pid'), 'utf8')), 'SIGTERM');
  await expect.poll(() => existsSync(join(runDirectory, 'containers', id, 'shim.pid'))).toBe(false);
  rmSync(join(runDirectory, 'containers'), { recursive: true });
  const database = new Sqlite(join(root, 'db.sqlite'));
  database.exec("UPDATE containers SET boot_id = 'another'");
  database.close();

  engine = await openTestEngine('rebooted');
  const { containers } = engine.services;
  expect(await containers.inspect(id)).toMatchObject({
    state: 'exited',
    reason: 'the host was restarted',
    pid: null,
  });
  await containers.start(id);
  const watched = await watch(engine, { container: id, offset: 'start' });
  await watched.saw('words\nwords\n');
  await removeAll();
  expect(await leaks(engine)).toEqual([]);
});
