import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CgroupTree, findCgroupRoot, LinuxSyscalls } from '../index.ts';

const kernel = new LinuxSyscalls();
const tree = new CgroupTree(kernel, join(findCgroupRoot(), 'tree-test'));

afterAll(async () => {
  for (const name of tree.list()) {
    tree.kill(name);
    await tree.remove(name);
  }
  kernel[Symbol.dispose]();
});

/** A process in the cgroup (moved there: only a test may). */
function start(name: string, argv: string[]): number {
  const pid = kernel.spawn({
    fd: kernel.loadHelper('/bin/busybox'),
    argv: ['busybox', ...argv],
    env: [],
    descriptors: {},
  });
  writeFileSync(join(tree.path(name), 'cgroup.procs'), String(pid));
  return pid;
}

test('a cgroup lists its processes, is killed as a whole, and goes away', async () => {
  kernel.close(tree.create('box'));
  const pids = [start('box', ['sleep', '60']), start('box', ['sleep', '60'])];
  expect(tree.procs('box').sort()).toEqual([...pids].sort());
  expect(tree.events('box')).toEqual({ populated: true, frozen: false });
  expect(() => tree.create('box')).toThrow('holds processes already');
  const emptied = tree.waitEmpty('box');
  tree.kill('box');
  expect(await Promise.all(pids.map((pid) => kernel.reap(pid)))).toEqual([{ signal: 9 }, { signal: 9 }]);
  await emptied;
  await tree.remove('box');
  expect(tree.list()).not.toContain('box');
  expect(tree.events('box')).toBeUndefined();
});

test('frozen processes stand still and can be killed', async () => {
  kernel.close(tree.create('frozen'));
  const pid = start('frozen', ['sleep', '60']);
  await tree.freeze('frozen', true);
  expect(tree.events('frozen')).toEqual({ populated: true, frozen: true });
  tree.kill('frozen');
  expect(await kernel.reap(pid)).toEqual({ signal: 9 });
  await tree.remove('frozen');
});

test('removal waits for the processes that were just killed, and takes what the box made below with it', async () => {
  kernel.close(tree.create('deep'));
  mkdirSync(join(tree.path('deep'), 'a/b'), { recursive: true });
  const pids = Array.from({ length: 20 }, () => start('deep/a/b', ['sleep', '60']));
  tree.kill('deep');
  const reaped = Promise.all(pids.map((pid) => kernel.reap(pid)));
  await tree.remove('deep');
  await reaped;
  expect(tree.list()).not.toContain('deep');
});

test('killing and removing what is gone is no error', async () => {
  tree.kill('nothing');
  await tree.remove('nothing');
});

test('a missing controller is named, with the reason', () => {
  const missing = ['memory', 'cpu', 'rdma'].find((name) => !tree.controllers().includes(name)) as string;
  expect(() => tree.requireController(missing, '--memory')).toThrow(
    `--memory needs the cgroup v2 controller "${missing}", and `,
  );
  for (const present of tree.controllers()) tree.requireController(present, '--memory');
});

test('a directory that is no cgroup is refused', () => {
  expect(() => new CgroupTree(kernel, '/tmp')).toThrow('/tmp is no cgroup v2 directory');
  expect(readFileSync(join(tree.root, 'cgroup.procs'), 'utf8')).toBe('');
});
