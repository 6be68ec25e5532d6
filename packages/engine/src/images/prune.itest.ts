import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaks, openTestEngine, run, testOptions } from '../engine.fixtures.ts';
import type { Engine } from '../open.ts';

const { root } = testOptions('prune');
let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine('prune');
});
afterAll(() => engine?.close());

const wish = { all: false, labels: [], dryRun: false, assumeRemoved: [] };
const bytesOnDisk = () => Number(execFileSync('du', ['-s', '-B1', root]).toString().split('\t')[0]);

async function image(name: string, megabytes: number): Promise<string> {
  const tree = join(root, '..', `tree-${name}`, 'etc');
  mkdirSync(tree, { recursive: true });
  for (let file = 0; file < 50; file++) {
    writeFileSync(join(tree, String(file)), Buffer.alloc((megabytes * 1_000_000) / 50, file + 1));
  }
  const [made] = await engine.services.images.importPath(join(tree, '..'), {
    name,
    source: { kind: 'path', path: '' },
  });
  return made?.id as string;
}

test('a list says what images share and who uses them; details say it of each layer', async () => {
  const id = await image('first', 1);
  const details = await engine.services.images.details('first');
  expect(details).toMatchObject({
    id,
    containers: 0,
    sharedSize: 0,
    usedBy: [],
    history: [{ bytes: 1_000_000 }],
  });
  expect(details.layerDetails).toMatchObject([
    { digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), bytes: 1_000_000, images: 1 },
  ]);
});

test('the account of the disk adds up to what the disk says', async () => {
  await image('large', 40);
  const box = await run(engine, { command: ['sh', '-c', 'head -c 5000000 /dev/urandom > /noise'] });
  await engine.services.containers.wait(box);
  const { images, containers, volumes, other, details } = await engine.services.system.disk();
  const sum = images.bytes + containers.bytes + volumes.bytes + other.bytes;
  expect(Math.abs(sum / bytesOnDisk() - 1)).toBeLessThan(0.02);
  expect(images).toMatchObject({ total: 3, active: 1 });
  expect(images.reclaimable).toBeGreaterThan(41_000_000);
  expect(containers).toMatchObject({ total: 1, active: 0 });
  expect(containers.reclaimable).toBeGreaterThan(5_000_000);
  expect(details.images.find(({ name }) => name === 'large:latest')).toMatchObject({ unique: 40_000_000 });
});

test('images without a name go, then all that no box uses; the preview says the same', async () => {
  const { images, containers } = engine.services;
  await image('moved', 2);
  await images.tag('first', 'moved');
  const preview = await images.prune({ ...wish, dryRun: true });
  expect(preview.items.map(({ kind }) => kind).sort()).toEqual(['blob', 'blob', 'blob', 'image', 'layer']);
  const before = bytesOnDisk();
  expect(await images.prune(wish)).toEqual({ ...preview, dryRun: false });
  expect(await leaks(engine)).toEqual([]);
  expect(Math.abs((before - bytesOnDisk()) / preview.reclaimed - 1)).toBeLessThan(0.1);

  const all = await images.prune({ ...wish, all: true });
  expect(
    all.items
      .filter(({ kind }) => kind === 'image')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['first:latest', 'large:latest']);
  expect((await images.list()).map(({ tags }) => tags)).toEqual([['busybox:latest']]);
  const [box] = await containers.list({ all: true, filters: [] });
  const assumed = await images.prune({
    ...wish,
    all: true,
    dryRun: true,
    assumeRemoved: [box?.id as string],
  });
  expect(assumed.items[0]).toMatchObject({ kind: 'image', name: 'busybox:latest' });
});

test('boxes that ended go with their files, those that run stay', async () => {
  const { containers } = engine.services;
  const running = await run(engine, { command: ['sleep', '1000'] });
  const preview = await containers.prune({ labels: [], dryRun: true });
  expect(preview.items).toHaveLength(1);
  expect(await containers.prune({ labels: [], dryRun: false })).toEqual({ ...preview, dryRun: false });
  expect((await containers.list({ all: true, filters: [] })).map(({ id }) => id)).toEqual([running]);
  await containers.remove(running, { force: true });
  expect(await leaks(engine)).toEqual([]);
});
