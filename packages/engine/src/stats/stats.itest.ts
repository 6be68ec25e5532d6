import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { busybox, errorOf, openTestEngine, run } from '../engine.fixtures.ts';
import type { Engine } from '../open.ts';
import type { StatsMessage, StatsWatch } from './sampler.ts';

let engine: Engine;
const watches: StatsWatch[] = [];
beforeAll(async () => {
  engine = await openTestEngine('stats');
});
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.close();
  for (const { id } of await engine.services.containers.list({ all: true, filters: [] }))
    await engine.services.containers.remove(id, { force: true });
});
afterAll(() => engine.close());

/** Watches until `met` says that what came is enough. */
function watchUntil(
  what: Parameters<StatsWatch['watch']>[0],
  met: (message: StatsMessage) => boolean,
): Promise<StatsMessage> {
  return new Promise((resolve) => {
    const watch = engine.watchStats((message) => met(message) && resolve(message));
    watches.push(watch);
    watch.watch(what);
  });
}

/** Files of cgroups that this process holds open. */
async function openCgroupFiles(): Promise<string[]> {
  const fds = await readdir('/proc/self/fd');
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.includes('/cpu.stat') || target.includes('/cgroup.procs'));
}

test('a busy box uses a CPU, a sleeping one none, and both have memory and processes', async () => {
  const busy = await run(engine, { name: 'busy', command: ['sh', '-c', 'sleep 1000 & while :; do :; done'] });
  await run(engine, { name: 'idle', command: ['sleep', '1000'] });
  const stats = await engine.services.stats.containers();
  const of = (name: string) => stats.find((each) => each.name === name);
  expect(of('busy')?.cpu).toBeGreaterThan(0.05);
  expect(of('idle')?.cpu).toBeLessThan(0.05);
  expect(of('busy')).toMatchObject({ id: busy, processes: 2 });
  expect(of('busy')?.memory).toBeGreaterThan(of('idle')?.memory ?? 0);
  expect(of('idle')?.memory).toBeGreaterThan(100_000);
});

test('processes in cgroups that a box made below its own are counted', async () => {
  const id = await run(engine, { command: ['sh', '-c', 'sleep 1000 & sleep 1000 & wait'] });
  const { cgroup, pid } = await engine.services.containers.inspect(id);
  const below = join(cgroup, 'a/b');
  mkdirSync(below, { recursive: true });
  writeFileSync(join(below, 'cgroup.procs'), String(pid));
  const [stats] = await engine.services.stats.containers([id]);
  expect(stats?.processes).toBe(3);
  await engine.services.containers.remove(id, { force: true });
  expect(() => rmdirSync(cgroup)).toThrow('ENOENT');
});

test('who watches is told each second, of what it watches alone; what ended is left out', async () => {
  const seen = await run(engine, { command: ['sleep', '1000'] });
  await run(engine, { command: ['sleep', '1000'] });
  const only = { host: false, containers: [seen] };
  const message = await watchUntil(only, ({ containers }) => seen in containers);
  expect(message.host).toBeNull();
  expect(Object.keys(message.containers)).toEqual([seen]);
  const [cpu, memory, processes] = message.containers[seen] ?? [];
  expect([cpu, processes]).toEqual([expect.closeTo(0, 1), 1]);
  expect(memory).toBeGreaterThan(100_000);
  await engine.services.containers.kill(seen, 'KILL');
  await watchUntil({ host: true, containers: [seen] }, ({ containers }) => !(seen in containers));
});

test('the host is watched on its own, and its figures are possible ones', async () => {
  const { host } = await watchUntil({ host: true, containers: [] }, (message) => message.host !== null);
  expect(host?.cpu).toBeLessThanOrEqual(host?.cpus ?? 0);
  expect(host?.memory).toBeLessThan(host?.memoryTotal ?? 0);
  expect(host?.disk).toBeLessThan(host?.diskTotal ?? 0);
  expect(host?.diskTotal).toBeGreaterThan(0);
});

test('history of seconds begins when somebody watches and stays after the end of the box', async () => {
  const id = await run(engine, { command: ['sh', '-c', 'while :; do :; done'] });
  expect((await engine.services.stats.history(id, 1)).cpu).toEqual([]);
  let ticks = 0;
  await watchUntil({ host: false, containers: 'all' }, ({ containers }) => id in containers && ++ticks === 3);
  await engine.services.containers.kill(id, 'KILL');
  const history = await engine.services.stats.history(id, 1);
  expect(history.cpu.filter((value) => value !== null && value > 0.02).length).toBeGreaterThan(0);
  expect(history.memory).toHaveLength(history.cpu.length);
  expect(Math.abs(history.until - Date.now())).toBeLessThan(2_000);
});

test('a box that does not run has no statistics, one that does not exist is an error', async () => {
  const { id } = await engine.services.containers.create(busybox({ command: ['true'] }));
  expect(await engine.services.stats.containers([id])).toEqual([]);
  expect(await errorOf(engine.services.stats.containers(['nobody']))).toMatchObject({ code: 'NOT_FOUND' });
});

test('no descriptor is left of a box that ended', async () => {
  const before = await openCgroupFiles();
  const id = await run(engine, { command: ['sleep', '1000'] });
  await engine.services.stats.containers([id]);
  expect((await openCgroupFiles()).length).toBeGreaterThan(before.length);
  await engine.services.containers.remove(id, { force: true });
  expect(await openCgroupFiles()).toEqual(before);
});
