/** Hostile archives, in every way that archives come in: the host is as it was, the error is clear or the tree is right, nothing is left. */
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Agent } from '../../apps/cli/src/agent/agent.ts';
import { manifestOf } from '../../packages/storage/src/testing/manifest.ts';
import { eventually, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { HostileRegistry } from '../harness/hostile-registry.ts';
import { makeImage, writeLayout } from '../harness/image-fixture.ts';
import { bombs, DAMAGED, escapes, type HostileArchive, ODD, WHITEOUTS } from './hostile-archives.ts';

/** What the archives reach for, outside of everything that is the agent's. */
const canary = mkdtempSync(join(tmpdir(), 'canary-'));
const KINDS = ['file', 'directory', 'symlink', 'fifo', 'character', 'block'] as const;

let agent: TestAgent;
let api: Agent;
let registry: HostileRegistry;
let untouched: string[];
beforeAll(async () => {
  writeFileSync(join(canary, 'victim'), 'untouched');
  mkdirSync(join(canary, 'directory'));
  chmodSync(join(canary, 'directory'), 0o700);
  untouched = manifestOf(canary);
  agent = await TestAgent.start();
  api = apiOf(agent);
  registry = await HostileRegistry.start();
  const settings = `[registry."${registry.host}"]\ninsecure = true\n`;
  writeFileSync(join(agent.folder, 'root', 'registries.toml'), settings);
});
afterAll(async () => {
  expect(await agent.leaks()).toEqual([]);
  await agent.stop();
  await registry[Symbol.asyncDispose]();
  rmSync(canary, { recursive: true, force: true });
});

const layers = () => join(agent.folder, 'root/layers');

/** Ways in. Each gives an image that is named `hostile`, or throws. */
const WAYS = {
  import: async (archive: Buffer) => {
    const path = join(agent.folder, 'hostile.tar');
    writeFileSync(path, archive);
    await api.mutate('images.import', { source: { kind: 'path', path }, name: 'hostile' });
  },
  load: async (archive: Buffer) => {
    const path = join(agent.folder, 'layout');
    rmSync(path, { recursive: true, force: true });
    writeLayout(path, makeImage([archive], { compression: 'none' }), 'hostile:latest');
    await api.mutate('images.load', { source: { kind: 'path', path } });
  },
  pull: async (archive: Buffer) => {
    const image = registry.add('hostile', makeImage([archive]));
    let task = await api.mutate('images.pull', { image });
    while (task.state === 'running') {
      task = await api.query('tasks.follow', { task: task.id, after: task.revision });
    }
    if (task.error) throw BoxError.from(task.error);
    await api.mutate('images.tag', { image, tag: 'hostile' });
    await api.mutate('images.remove', { image, force: false });
  },
};

/** What an attempt has not removed yet. */
const left = (before: readonly string[]) => [
  ...readdirSync(layers()).filter((name) => !before.includes(name)),
  ...readdirSync(join(agent.folder, 'root/staging')),
];

/** The error, or undefined. */
async function attempt(way: keyof typeof WAYS, archive: Buffer): Promise<BoxError | undefined> {
  try {
    await WAYS[way](archive);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(BoxError);
    return error as BoxError;
  }
}

async function check(way: keyof typeof WAYS, hostile: HostileArchive): Promise<void> {
  const before = readdirSync(layers()).sort();
  const error = await attempt(way, hostile.archive);
  expect(manifestOf(canary)).toEqual(untouched);
  if (hostile.refused) {
    expect(error?.message).toMatch(hostile.refused);
    expect(error?.message).toMatch(/^[\x20-\x7e\u00a0-\uffff]*$/);
    expect(error?.hint).toBeTruthy();
    expect(error?.code).not.toBe('INTERNAL');
    await eventually(() => left(before).length === 0, `nothing is left: ${left(before)}`);
    return;
  }
  expect(error).toBeUndefined();
  const [layer] = readdirSync(layers()).filter((name) => !before.includes(name));
  expect(treeOf(join(layers(), layer as string))).toEqual(hostile.tree);
  await api.mutate('images.remove', { image: 'hostile', force: true });
}

/** `path kind` of everything below, bytes of names as latin1. */
function treeOf(root: string, prefix = ''): string[] {
  const lines = readdirSync(Buffer.from(root, 'latin1'), { encoding: 'buffer' }).flatMap((bytes) => {
    const name = bytes.toString('latin1');
    const status = lstatSync(Buffer.from(`${root}/${name}`, 'latin1'));
    const [kind] = KINDS.filter((kind) => isOf(kind, status));
    return [
      `${prefix}${name} ${kind}`,
      ...(kind === 'directory' ? treeOf(`${root}/${name}`, `${prefix}${name}/`) : []),
    ];
  });
  return lines.sort();
}

function isOf(kind: (typeof KINDS)[number], status: ReturnType<typeof lstatSync>): boolean | undefined {
  switch (kind) {
    case 'file':
      return status?.isFile();
    case 'directory':
      return status?.isDirectory();
    case 'symlink':
      return status?.isSymbolicLink();
    case 'fifo':
      return status?.isFIFO();
    case 'character':
      return status?.isCharacterDevice();
    case 'block':
      return status?.isBlockDevice();
  }
}

describe('box import', () => {
  describe('names and links that lead elsewhere', () => {
    test.each(escapes(canary))('$name', (hostile) => check('import', hostile));
  });
  describe('whiteouts', () => {
    test.each(WHITEOUTS)('$name', (hostile) => check('import', hostile));
  });
  describe('what is odd but harmless is taken at its word', () => {
    test.each(ODD)('$name', (hostile) => check('import', hostile));
  });
  describe('headers that lie', () => {
    test.each(DAMAGED)('$name', (hostile) => check('import', hostile));
  });
});

// They share what takes layers in: a third of the archives each is enough to see that they do.
describe.each([
  ['load', 0],
  ['pull', 1],
] as const)('box %s takes layers the same way', (way, rest) => {
  const third = [...escapes(canary), ...WHITEOUTS].filter((_, index) => index % 3 === rest);
  test.each(third)('$name', (hostile) => check(way, hostile));
});

describe('little that wants to become much', () => {
  test.each(bombs())('$name', (hostile) => check('import', hostile));
});
