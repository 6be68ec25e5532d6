/** Connections that end at every byte of what a registry sends, once and for good; very many layers. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import type { Call, sendBytes } from '../harness/hostile-registry.ts';
import { type ImageFixture, makeImage } from '../harness/image-fixture.ts';
import { Pulls } from './pulls.ts';

/** So many repositories are pulled from at a time: most of a pull that breaks is a pause. */
const AT_ONCE = 8;
/** Every so many bytes the connection always ends there, and the pull has to give up. */
const FOR_GOOD_EVERY = 97;

let pulls: Pulls;
let empty: string[];
beforeAll(async () => {
  pulls = await Pulls.start();
  empty = pulls.store();
});
afterAll(async () => {
  expect(await pulls.agent.leaks()).toEqual([]);
  await pulls[Symbol.asyncDispose]();
});

/** Small, and another one for each number: nothing of it is there already. */
const smallImage = (number: number): ImageFixture =>
  makeImage([craftArchive({ path: 'number', data: String(number) })], {
    config: { Env: [`NUMBER=${number}`] },
  });

/** What is sent for a request, by the kinds that a pull makes. */
function bytesOf(image: ImageFixture, call: Call): Buffer | undefined {
  if (call.method !== 'GET') return undefined;
  return call.kind === 'manifest' ? image.manifest.bytes : image.blobs.get(call.reference);
}

/** Pulls with the connection ended after `offset` bytes of each answer that has as many, `times` times for each. */
async function pullCut(
  number: number,
  { offset, times }: { offset: number; times: number },
): Promise<string> {
  const image = smallImage(number);
  const repository = `cut-${number}`;
  const name = pulls.registry.add(repository, image);
  const cuts = new Map<string, number>();
  faults.set(repository, (call, response) => {
    const bytes = bytesOf(image, call);
    const done = cuts.get(call.reference) ?? 0;
    if (!bytes || offset >= bytes.length || done >= times) return false;
    cuts.set(call.reference, done + 1);
    const type = call.kind === 'manifest' ? image.manifest.mediaType : 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
    response.flushHeaders();
    if (offset === 0) response.destroy();
    else response.write(bytes.subarray(0, offset), () => response.destroy());
    return true;
  });
  const task = await pulls.pull(name);
  if (task.state === 'done') await pulls.api.mutate('images.remove', { image: name, force: false });
  faults.delete(repository);
  return task.state;
}
const faults = new Map<string, (call: Call, response: Parameters<typeof sendBytes>[1]) => boolean>();

/** Numbers in the order of a queue that several take from. */
async function each(numbers: Iterable<number>, work: (number: number) => Promise<void>): Promise<void> {
  const queue = numbers[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function* upTo(end: number, step = 1): Generator<number> {
  for (let number = 0; number < end; number += step) yield number;
}

test('a connection that ends once at any byte of manifest, configuration or layer costs a pause and nothing else', async () => {
  pulls.registry.fault = (call, response) => faults.get(call.repository)?.(call, response) ?? false;
  const image = smallImage(0);
  const longest = Math.max(
    image.manifest.bytes.length,
    ...[...image.blobs.values()].map(({ length }) => length),
  );
  await each(upTo(longest), async (offset) => {
    expect([offset, await pullCut(offset, { offset, times: 1 })]).toEqual([offset, 'done']);
  });
  await pulls.isEmpty(empty);
});

test('one that ends at the same byte each time fails the pull, and nothing is left', async () => {
  pulls.registry.fault = (call, response) => faults.get(call.repository)?.(call, response) ?? false;
  const { length } = smallImage(0).manifest.bytes;
  await each(upTo(length, FOR_GOOD_EVERY), async (offset) => {
    const number = 10_000 + offset;
    expect([offset, await pullCut(number, { offset, times: Number.POSITIVE_INFINITY })]).toEqual([
      offset,
      'failed',
    ]);
  });
  await pulls.isEmpty(empty);
});

test('an image of 200 layers is pulled and mounted', async () => {
  pulls.registry.fault = () => false;
  const layers = Array.from({ length: 200 }, (_, index) =>
    craftArchive({ path: `layer-${index}`, data: String(index) }),
  );
  const shell = craftArchive(
    { path: 'bin/', type: 'directory', mode: 0o755 },
    { path: 'bin/sh', mode: 0o755, data: readFileSync('/bin/busybox') },
  );
  const name = pulls.registry.add('many', makeImage([shell, ...layers]));
  expect(await pulls.pull(name)).toMatchObject({ state: 'done' });
  expect(
    await pulls.agent.ok(['run', '--rm', '--network', 'none', name, 'sh', '-c', 'ls / | grep -c layer-']),
  ).toBe('200');
});
