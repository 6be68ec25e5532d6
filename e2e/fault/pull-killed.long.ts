/** Agents that die in the middle of a pull, and disks that are full: nothing half is left, and the next pull succeeds. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Call, sendBytes } from '../harness/hostile-registry.ts';
import type { ImageFixture } from '../harness/image-fixture.ts';
import { Pulls, soundImage } from './pulls.ts';

const DISK_MIB = 32;

const image = soundImage();
let disk: string;
let pulls: Pulls;
let name: string;
let empty: string[];
beforeAll(async () => {
  disk = mkdtempSync(join(dirname(process.env.BOXYARD_ROOT ?? ''), 'd'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=0700`, 'disk', disk]);
  pulls = await Pulls.start({ BOXYARD_ROOT: join(disk, 'root') });
  name = pulls.registry.add('sound', image);
  empty = pulls.store();
});
afterEach(() => {
  pulls.registry.fault = () => false;
});
afterAll(async () => {
  expect(await pulls.agent.leaks()).toEqual([]);
  await pulls[Symbol.asyncDispose]();
  execFileSync('umount', [disk]);
});

const bytesOf = (call: Call) => image.blobs.get(call.reference) as Buffer;

/** Where a kill may come: when the registry is asked for something, or so many bytes of it are on their way. */
const STAGES: readonly [what: string, hold: (call: Call) => number | undefined][] = [
  [
    'after the manifest',
    ({ kind, reference }) => (kind === 'blob' && !isLayerDigest(reference) ? 0 : undefined),
  ],
  ['in the middle of the layers', ({ reference }) => (isLayerDigest(reference) ? 4000 : undefined)],
  [
    'when all but the last byte of the layers is there',
    ({ reference }) => (isLayerDigest(reference) ? -1 : undefined),
  ],
  [
    'when one layer is stored and the other is not',
    ({ reference }) => (reference === layersOf(image)[1] ? -1 : undefined),
  ],
];
const layersOf = ({ manifest }: ImageFixture): string[] =>
  JSON.parse(manifest.bytes.toString()).layers.map(({ digest }: { digest: string }) => digest);
const isLayerDigest = (reference: string) => layersOf(image).includes(reference);
/** From the last byte to the image's name in the index it takes some tens of milliseconds. */
const AFTER_LAST_BYTE_MS = [0, 15, 40, 80];

describe('an agent that is killed', () => {
  test.each(STAGES)('%s leaves nothing, and the next one pulls', async (_, hold) => {
    const held = Promise.withResolvers<void>();
    pulls.registry.fault = (call, response) => {
      const until = call.method === 'GET' && call.kind === 'blob' ? hold(call) : undefined;
      if (until === undefined) return false;
      const bytes = bytesOf(call);
      response
        .writeHead(200, { 'content-length': bytes.length })
        .write(bytes.subarray(0, until) || Buffer.alloc(0));
      response.flushHeaders();
      held.resolve();
      return true;
    };
    await pulls.begin(name);
    await held.promise;
    await pulls.agent.restart();
    await pulls.isEmpty(empty);
    await pulls.recovers(name, empty);
  });

  test('at any moment from the last byte to the end has the image or nothing of it', async () => {
    for (const milliseconds of AFTER_LAST_BYTE_MS) {
      const sent = Promise.withResolvers<void>();
      let left = layersOf(image).length;
      pulls.registry.fault = (call, response) => {
        if (call.kind !== 'blob' || !isLayerDigest(call.reference)) return false;
        response.on('finish', () => --left === 0 && sent.resolve());
        sendBytes(call, response, bytesOf(call));
        return true;
      };
      await pulls.begin(name);
      await sent.promise;
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await pulls.agent.restart();
      const there = (await pulls.api.query('images.list', undefined)).some(({ tags }) => tags.includes(name));
      if (!there) await pulls.isEmpty(empty);
    }
    await pulls.recovers(name, empty);
  });
});

/** Kibibytes that are left on the disk when the pull begins: for no directory, for documents, for some of a blob, for some of the tree. */
const LEFT_KIB = [0, 8, 40, 400, 900, 1500, 2200, 3000];

test('a disk that is full at any stage is said so, and nothing is left', async () => {
  const seen = new Set<string>();
  for (const left of LEFT_KIB) {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - left * 1024));
    const { state, error } = await pulls.pull(name);
    rmSync(join(disk, 'ballast'));
    seen.add(state);
    if (state === 'done') await pulls.api.mutate('images.remove', { image: name, force: true });
    else
      expect({ left, code: error?.code, message: error?.message }).toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        message: expect.stringMatching(/disk is full|[Nn]o space left/),
      });
    await pulls.isEmpty(empty);
  }
  expect(seen).toContain('failed');
  await pulls.recovers(name, empty);
});
