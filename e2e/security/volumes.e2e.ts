/** What an image or a box says about volumes never becomes a path of the host (CVE-2022-23648). */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { run, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { makeImage, writeLayout } from '../harness/image-fixture.ts';
import { rootfs } from './image.ts';

let agent: TestAgent;
let outside: string;
beforeAll(async () => {
  agent = await TestAgent.start();
  outside = join(agent.folder, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'of the host');
});
afterAll(() => agent?.stop());

const volumes = async () => agent.ok(['volume', 'ls', '-q']);
const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8');
let made = 0;

/** Loads an image that wants volumes at these paths, and gives its name. */
async function imageWith(paths: readonly string[], entries: Parameters<typeof rootfs>[0] = []) {
  const name = `volumes-${made++}`;
  const config = { Cmd: ['/bin/sh'], Volumes: Object.fromEntries(paths.map((path) => [path, {}])) };
  const folder = join(agent.folder, name);
  writeLayout(folder, makeImage([rootfs(entries)], { config }), `${name}:latest`);
  await agent.ok(['load', folder]);
  return name;
}

test('a volume at a link to the host is a place inside the box, and takes nothing of the host', async () => {
  const links = [outside, `${'../'.repeat(20)}${outside.slice(1)}`, '/proc/1/root'].map((target, at) => ({
    path: `data${at}`,
    type: 'symlink' as const,
    target,
  }));
  const image = await imageWith(['/data0', '/data1'], links);
  const script = 'touch /data0/zero /data1/one; ls /data0 /data1';
  const seen = await agent.ok(['run', '--rm', image, 'sh', '-c', script]);
  expect(seen).not.toContain('secret');
  expect(seen).toContain('one');
  expect(readdirSync(outside)).toEqual(['secret']);
  // A link through the kernel's own leads nowhere.
  const magic = await imageWith(['/data2'], links);
  const { code, stdout } = await agent.box(['run', '--rm', magic, 'ls', '/data2/']);
  expect([code === 0 ? stdout.trim() : 'refused']).not.toContain(expect.stringContaining('boot'));
  expect(readdirSync(outside)).toEqual(['secret']);
});

test.each(['/', '', 'relative', '..', '../../etc', '/..', '/a/../..', `/${'x'.repeat(5000)}`])(
  'an image that wants a volume at %j is refused, and nothing is left of it',
  async (path) => {
    const image = await imageWith(['/ok', path]);
    const before = mounts();
    const { code, stderr } = await agent.box(['run', '--rm', image, 'true']);
    expect(code).toBe(125);
    expect(stderr).toMatch(/the image asks for a volume at .*, where none can be/);
    expect(await volumes()).toBe('');
    expect(mounts()).toBe(before);
  },
);

test('ten thousand volumes are refused before one of them is made', async () => {
  const image = await imageWith(Array.from({ length: 10_000 }, (_, at) => `/v${at}`));
  const { code, stderr } = await agent.box(['create', image]);
  expect(code).toBe(125);
  expect(stderr).toContain('10000 mounts');
  expect(await volumes()).toBe('');
});

test('a FIFO, a device or a file where a volume is wanted holds nobody up', async () => {
  const image = await imageWith(
    ['/fifo', '/device'],
    [
      { path: 'fifo', type: 'fifo' },
      { path: 'device', type: 'character', major: 1, minor: 5 },
    ],
  );
  await agent.ok(['create', '--name', 'special', image, 'true']);
  const { code, stderr } = await agent.box(['start', 'special']);
  expect(code).toBe(125);
  expect(stderr).toContain('could not start');
  await agent.ok(['rm', '-v', 'special']);
  expect(await volumes()).toBe('');
});

test('names of volumes are names: no path gets through, whoever asks', async () => {
  for (const name of ['..', '.', '../x', 'a/b', '-x', '', 'x\0y', 'x'.repeat(129)]) {
    const api = apiOf(agent);
    await expect(api.mutate('volumes.create', { name })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(api.mutate('volumes.remove', { volume: name, force: true })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    if (name === '') continue;
    const mount = { type: 'volume' as const, name, target: '/d' };
    await expect(
      api.mutate('containers.create', { image: 'busybox', mounts: [mount] }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  expect(readdirSync(join(agent.folder, 'root/volumes'))).toEqual([]);
});

test('links and special files in a volume are told as what they are, and an archive goes through none of them', async () => {
  const script = `ln -s ${outside} /d/out; ln -s ${outside}/secret /d/file; mkfifo /d/fifo; ln -s / /d/root`;
  await agent.ok(['run', '--rm', '-v', 'hostile:/d', 'busybox', 'sh', '-c', script]);
  const archive = join(agent.folder, 'hostile.tar');
  await agent.ok(['volume', 'export', '-o', archive, 'hostile']);
  expect(readFileSync(archive).includes('of the host')).toBe(false);
  expect((await run('tar', ['-tvf', archive])).stdout.match(/^./gm)?.sort().join('')).toBe('dlllp');
  const through = craftArchive(
    { path: 'out/planted', data: 'x' },
    { path: 'root/planted', data: 'x' },
    { path: 'file', data: 'replaced' },
  );
  await agent.box(['volume', 'import', 'hostile'], { input: through });
  await agent.box(['volume', 'import', 'hostile'], {
    input: craftArchive({ path: '../planted', data: 'x' }),
  });
  expect(readdirSync(outside)).toEqual(['secret']);
  expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('of the host');
  expect(readdirSync(join(agent.folder, 'root/volumes/hostile')).sort()).toEqual(['_data', 'volume.json']);
  await agent.ok(['volume', 'rm', 'hostile']);
  expect(await agent.leaks()).toEqual([]);
});
