import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaks, openTestEngine, run, testOptions } from '../engine.fixtures.ts';
import type { Engine } from '../open.ts';

const options = testOptions('system');
let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine('system');
});
afterAll(() => engine?.close());

test('info says what there is', async () => {
  const id = await run(engine, { command: ['sleep', '1000'] });
  const info = await engine.services.system.info();
  expect(info).toMatchObject({
    rootless: false,
    containers: { total: 1, running: 1, stopped: 0 },
    images: 1,
    storage: { driver: 'overlay' },
    cgroup: { root: options.cgroupRoot },
  });
  expect(info.storage.free).toBeGreaterThan(0);
  await engine.services.containers.remove(id, { force: true });
});

test('doctor checks the host, each finding with advice unless it is fine', async () => {
  const { checks, leaks: none } = await engine.services.system.doctor({ leaks: false });
  expect(none).toBeNull();
  expect(checks.map(({ id }) => id)).toContain('kernel');
  for (const { status, advice } of checks) expect(advice === null).toBe(status === 'ok');
});

test('what belongs to nothing is found: directories, cgroups, rows', async () => {
  const orphan = 'f'.repeat(64);
  const places = [
    join(options.root, 'containers', orphan),
    join(options.run, 'containers', orphan),
    join(options.cgroupRoot ?? '', orphan),
  ];
  for (const place of places) mkdirSync(place);
  const rowless = await run(engine, { name: 'rowless', command: ['true'] });
  await engine.services.containers.wait(rowless);
  rmSync(join(options.root, 'containers', rowless), { recursive: true });
  const found = await leaks(engine);
  expect(found?.map(({ kind }) => kind).sort()).toEqual(['cgroup', 'directory', 'directory', 'row']);
  for (const place of places) {
    expect(found?.map(({ what }) => what)).toContain(place);
    rmdirSync(place);
  }
  await engine.services.containers.remove(rowless, { force: true });
  expect(await leaks(engine)).toEqual([]);
});

test('events are numbered, told as they happen, and survive the agent', async () => {
  const told: [number, string][] = [];
  const end = engine.onEvent(({ sequence, action }) => void told.push([sequence, action]));
  const id = await run(engine, { command: ['sh', '-c', 'exit 3'] });
  await engine.services.containers.wait(id);
  await engine.services.containers.remove(id, { force: true });
  end();
  expect(told.map(([, action]) => action)).toEqual(['create', 'start', 'die', 'destroy']);
  const [[first = 0] = []] = told;
  expect(told.map(([sequence]) => sequence)).toEqual([first, first + 1, first + 2, first + 3]);
  await engine.close();
  engine = await openTestEngine('system');
  const next = new Promise<number>((resolve) => engine.onEvent(({ sequence }) => resolve(sequence)));
  await engine.services.images.tag('busybox', 'other');
  expect(await next).toBe(first + 4);
});

test('an image in use is kept, and freed when its container goes', async () => {
  const { images, containers } = engine.services;
  const id = await run(engine, { image: 'other', command: ['true'] });
  await containers.wait(id);
  expect(await images.list()).toMatchObject([{ containers: 1 }]);
  await expect(images.remove('busybox', { force: false })).resolves.toMatchObject({
    untagged: ['busybox:latest'],
  });
  await expect(images.remove('other', { force: false })).rejects.toMatchObject({ code: 'IN_USE' });
  await containers.remove(id, { force: false });
  expect((await images.remove('other', { force: false })).deleted).toHaveLength(1);
  expect(await leaks(engine)).toEqual([]);
  expect(existsSync(join(options.root, 'index.json'))).toBe(true);
});
