import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CgroupTree, LinuxSyscalls, RecordingSyscalls } from '@boxyard/kernel';
import { op } from '@boxyard/spec';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type StartRequest, startContainer } from './start.ts';

const real = new LinuxSyscalls();
const directory = mkdtempSync(join(tmpdir(), 'bx-start.'));
afterAll(() => {
  real[Symbol.dispose]();
  rmSync(directory, { recursive: true });
});

let kernel: RecordingSyscalls;
beforeEach(() => {
  kernel = new RecordingSyscalls();
  // A connection needs a real socket; everything else is only recorded.
  kernel.socketpair = (kind) => {
    const [ours, theirs] = real.socketpair(kind);
    kernel.open.add(theirs);
    if (kind !== 'stream') kernel.open.add(ours); // of a stream our end belongs to the connection
    return [ours, theirs];
  };
  kernel.close = (fd) => {
    if (!kernel.open.delete(fd)) throw new Error(`descriptor ${fd} is not open`);
    if (fd < 1_000_000) real.close(fd);
  };
});

const cgroups = () =>
  ({ shims: 7_000_000, create: (name: string) => kernel.openDirectory(name) }) as unknown as CgroupTree;
const request = (changes: Partial<StartRequest> = {}): StartRequest => ({
  plan: [op('exec', 'true')],
  helper: 100,
  runDirectory: join(directory, 'run'),
  logDirectory: directory,
  cgroup: 'box',
  handlers: { onExit: () => {}, onClose: () => {} },
  ...changes,
});

test('a start that cannot be spawned closes every descriptor, the mounted root too', async () => {
  kernel.failOn('spawn', new Error('no memory'));
  const root = kernel.overlay({ lowers: ['/lower'] });
  await expect(startContainer(kernel, cgroups(), request({ root }))).rejects.toThrow('no memory');
  expect(kernel.open.size).toBe(0);
});

test('a root that cannot be mounted fails the start and leaves nothing open', async () => {
  const root = Promise.reject(new Error('no such layer'));
  await expect(startContainer(kernel, cgroups(), request({ root }))).rejects.toThrow('no such layer');
  expect(kernel.open.size).toBe(0);
});

test('a helper that ends without a word is an error, and nothing stays open', async () => {
  await expect(startContainer(kernel, cgroups(), request())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(kernel.open.size).toBe(0);
});

test('the helper gets its descriptors by number and nothing of our environment', async () => {
  const root = kernel.overlay({ lowers: ['/lower'] });
  await startContainer(kernel, cgroups(), request({ root })).catch(() => {});
  const spawned = kernel.calls.find(({ name }) => name === 'spawn')?.args[0];
  expect(spawned).toMatchObject({ fd: 100, argv: ['boxshim', 'run'], env: [] });
  expect(Object.keys((spawned as { descriptors: object }).descriptors)).toEqual([
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
  ]);
});

test('what an earlier run left in the run directory is gone before the helper starts', async () => {
  const { runDirectory } = request();
  for (const name of ['exit.json', 'ctl.sock', 'shim.pid']) writeFileSync(join(runDirectory, name), 'old');
  await startContainer(kernel, cgroups(), request()).catch(() => {});
  expect(existsSync(runDirectory)).toBe(true);
  expect(readdirSync(runDirectory)).toEqual([]);
});
