/** Hostile archives of images for box load: a clear error, the host as it was, nothing kept. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BoxError } from '@boxyard/spec';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Agent } from '../../apps/cli/src/agent/agent.ts';
import { craftArchive, craftRaw } from '../../packages/storage/src/tar/craft.ts';
import { formatPaxRecord } from '../../packages/storage/src/tar/pax.ts';
import { manifestOf } from '../../packages/storage/src/testing/manifest.ts';
import { eventually, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import {
  type Document,
  descriptorOf,
  digestOf,
  document,
  makeImage,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../harness/image-fixture.ts';
import type { Program } from '../harness/program.ts';

type Entry = Parameters<typeof craftArchive>[number];

/** Outside of everything that is the agent's; what names and links reach for. */
const canary = mkdtempSync(join(tmpdir(), 'canary-'));
const LAYER = craftArchive({ path: 'file', data: 'content' });
const UP = '../'.repeat(40);

let agent: TestAgent;
let api: Agent;
let untouched: string[];
let before: string[];
beforeAll(async () => {
  writeFileSync(join(canary, 'victim'), LAYER);
  untouched = manifestOf(canary);
  agent = await TestAgent.start();
  api = apiOf(agent);
});
afterAll(async () => {
  expect(await agent.leaks()).toEqual([]);
  await agent.stop();
  rmSync(canary, { recursive: true, force: true });
});

/** Blobs, layers, what is under way. */
const kept = () =>
  ['blobs/sha256', 'layers', 'staging'].flatMap((folder) => readdirSync(join(agent.folder, 'root', folder)));
beforeEach(() => {
  before = kept();
});

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const configFor = (...archives: Uint8Array[]) =>
  json({
    os: 'linux',
    architecture: 'amd64',
    config: {},
    rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
  });
const CONFIG = configFor(LAYER);

/** A docker-archive of one image, unless its parts say otherwise. */
function docker({
  manifest = [{ Config: 'config.json', RepoTags: ['hostile:v1'], Layers: ['layer.tar'] }],
  config = CONFIG,
  more = [],
}: {
  manifest?: unknown;
  config?: Buffer;
  more?: Entry[];
} = {}): Buffer {
  return craftArchive(
    { path: 'manifest.json', data: Buffer.isBuffer(manifest) ? manifest : json(manifest) },
    { path: 'config.json', data: config },
    { path: 'layer.tar', data: LAYER },
    ...more,
  );
}

/** An OCI layout whose index and blobs can be told. Blobs have the names they are given. */
function layout(index: unknown, blobs: Record<string, Uint8Array>, more: Entry[] = []): Buffer {
  return craftArchive(
    { path: 'oci-layout', data: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', data: Buffer.isBuffer(index) ? index : json(index) },
    ...Object.entries(blobs).map(([name, data]) => ({
      path: `blobs/sha256/${name}`,
      data: Buffer.from(data),
    })),
    ...more,
  );
}
const HONEST = makeImage([LAYER]);
const honestBlobs = () =>
  Object.fromEntries(
    [...HONEST.blobs, [HONEST.manifest.digest, HONEST.manifest.bytes] as const].map(([digest, bytes]) => [
      digest.slice('sha256:'.length),
      bytes,
    ]),
  );
const indexOf = (...manifests: object[]) => ({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
const honestIndex = indexOf(descriptorOf(HONEST.manifest));

async function upload(archive: Buffer): Promise<unknown> {
  const answer = await api.mutate('images.load', { source: { kind: 'upload' } });
  if (!('transfer' in answer)) throw new Error('no place to send it to');
  return api.transfer(
    answer.transfer,
    (async function* () {
      yield archive;
    })(),
  );
}

async function refused(attempt: Promise<unknown>, why: RegExp): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BoxError);
  const { code, message, hint } = error as BoxError;
  expect(code).toBeOneOf(['INVALID_ARGUMENT', 'DAMAGED', 'RESOURCE_EXHAUSTED', 'UNSUPPORTED']);
  expect(message).toMatch(why);
  expect(message).toMatch(/^cannot load ('|the archive: )[^\n]*$/);
  expect(hint).toBeTruthy();
  // What was fetched until then goes in the background, once nobody works on it any more.
  await eventually(() => kept().join() === before.join(), `nothing of it is left: ${message}`);
  expect(manifestOf(canary)).toEqual(untouched);
}

const layersOf = (...names: string[]) => [{ Config: 'config.json', RepoTags: null, Layers: names }];
const entry = (path: string, target: string): Entry => ({ path, type: 'symlink', target });

describe('a docker-archive', () => {
  test.each<[string, Buffer, RegExp]>([
    [
      'a config name with ..',
      docker({ manifest: [{ Config: `${UP}etc/passwd`, Layers: [] }] }),
      /has no file/,
    ],
    ['an absolute config name', docker({ manifest: [{ Config: '/etc/passwd', Layers: [] }] }), /has no file/],
    ['a layer name with ..', docker({ manifest: layersOf(`${UP}${canary}/victim`) }), /has no file/],
    ['an absolute layer name', docker({ manifest: layersOf(join(canary, 'victim')) }), /has no file/],
    [
      'a layer that is a link out',
      docker({ manifest: layersOf('x'), more: [entry('x', `${UP}${canary}/victim`)] }),
      /has no file/,
    ],
    [
      'a layer that is an absolute link',
      docker({ manifest: layersOf('x'), more: [entry('x', join(canary, 'victim'))] }),
      /has no file/,
    ],
    [
      'a config that is a link out',
      docker({ manifest: [{ Config: 'x', Layers: [] }], more: [entry('x', '/proc/self/environ')] }),
      /has no file/,
    ],
    [
      'a circle of links',
      docker({ manifest: layersOf('a'), more: [entry('a', 'b'), entry('b', 'a')] }),
      /in a circle/,
    ],
    [
      'a hard link out',
      docker({ manifest: layersOf('x'), more: [{ path: 'x', type: 'link', target: `${canary}/victim` }] }),
      /has no file/,
    ],
    [
      'manifest.json twice',
      docker({ more: [{ path: 'manifest.json', data: '[]' }] }),
      /in the archive twice/,
    ],
    [
      'manifest.json twice, spelled otherwise',
      docker({ more: [{ path: './/manifest.json', data: '[]' }] }),
      /in the archive twice/,
    ],
    ['a layer twice', docker({ more: [{ path: 'layer.tar', data: 'other' }] }), /in the archive twice/],
    ['a manifest.json of five megabytes', docker({ manifest: Buffer.alloc(5_000_000, ' ') }), /far too many/],
    ['a config of five megabytes', docker({ config: Buffer.alloc(5_000_000, ' ') }), /far too many/],
    ['a manifest.json that is no JSON', docker({ manifest: Buffer.from('[{') }), /is no JSON/],
    ['a manifest.json that is no list', docker({ manifest: { Config: 'config.json' } }), /a list is missing/],
    [
      'a manifest.json that is an index too',
      docker({ manifest: [{ Config: 'config.json', Layers: ['layer.tar'], manifests: [] }] }),
      /several kinds/,
    ],
    ['an empty manifest.json', docker({ manifest: [] }), /holds no image/],
    ['no config', docker({ manifest: [{ Layers: ['layer.tar'] }] }), /a text is missing/],
    ['fewer layers than the config', docker({ manifest: layersOf() }), /0 layers, and its config 1/],
    [
      'a layer listed twice',
      docker({ manifest: layersOf('layer.tar', 'layer.tar') }),
      /2 layers, and its config 1/,
    ],
    [
      'a layer in the place of another',
      docker({ config: configFor(craftArchive({ path: 'other' })) }),
      /has the digest sha256:.* its config says/,
    ],
    [
      'ten thousand layers',
      docker({
        manifest: layersOf(...Array(10_000).fill('layer.tar')),
        config: configFor(...Array(10_000).fill(LAYER)),
      }),
      /10000 layers, at most 500/,
    ],
    [
      'a layer that is no archive',
      docker({
        manifest: layersOf('config.json'),
        config: json({ rootfs: { diff_ids: [digestOf(Buffer.from('x'))] } }),
      }),
      /no tar archive/,
    ],
    [
      'a config under the digest of another',
      docker({
        manifest: [{ Config: `${'a'.repeat(64)}.json`, Layers: ['layer.tar'] }],
        more: [{ path: `${'a'.repeat(64)}.json`, data: CONFIG }],
      }),
      /has the digest/,
    ],
    [
      'a diff id that is a path',
      docker({ config: json({ rootfs: { diff_ids: ['sha256:../../../../etc/passwd'] } }) }),
      /no sha256 digest/,
    ],
    [
      'a name that is none',
      docker({ manifest: [{ Config: 'config.json', RepoTags: ['../../etc'], Layers: ['layer.tar'] }] }),
      /which is no name/,
    ],
    [
      'a name with a newline',
      docker({ manifest: [{ Config: 'config.json', RepoTags: ['a\nb'], Layers: ['layer.tar'] }] }),
      /which is no name/,
    ],
    [
      'a device',
      docker({ more: [{ path: 'sda', type: 'block', major: 8, minor: 0 }] }),
      /no archive of images/,
    ],
    ['a file that is all holes', craftArchive(sparse('manifest.json', 2 ** 39)), /has holes/],
    [
      'one more file than the limit',
      craftArchive(...Array.from({ length: 20_001 }, (_, at) => entry(`l${at}`, 'x'))),
      /more than 20000 files/,
    ],
  ])('with %s', (_, archive, why) => refused(upload(archive), why));
});

/** pax 1.0: a map without a region, so no data at all. */
function sparse(name: string, bytes: number): Buffer {
  const map = Buffer.alloc(512);
  map.write('0\n');
  const records = [
    formatPaxRecord('GNU.sparse.major', '1'),
    formatPaxRecord('GNU.sparse.minor', '0'),
    formatPaxRecord('GNU.sparse.name', name),
    formatPaxRecord('GNU.sparse.realsize', String(bytes)),
  ];
  return Buffer.concat([craftRaw('x', Buffer.concat(records)), craftRaw('0', map)]);
}

describe('an image layout', () => {
  const layer = [...HONEST.blobs].find(([, bytes]) => bytes.equals(gzipSync(LAYER)))?.[0].slice(7) ?? '';
  const both = document(OCI_MANIFEST, { ...JSON.parse(HONEST.manifest.bytes.toString()), manifests: [] });
  const artifact = document(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf(json({})), size: 2 },
    layers: [],
  });
  const here = { platform: { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' } };
  const nest = (inner: Document) => document(OCI_INDEX, indexOf({ ...descriptorOf(inner), ...here }));
  const one = nest(HONEST.manifest);
  const two = nest(one);
  const three = nest(two);
  test.each<[string, () => Buffer, RegExp]>([
    [
      'a digest that is a path',
      () =>
        layout(
          indexOf({ ...descriptorOf(HONEST.manifest), digest: `sha256:${UP}etc/passwd` }),
          honestBlobs(),
        ),
      /no sha256 digest/,
    ],
    [
      'an index that is a manifest too',
      () => layout({ ...honestIndex, config: {}, layers: [] }, honestBlobs()),
      /manifest and an index at once/,
    ],
    [
      'a manifest that is an index too',
      () => layout(indexOf(descriptorOf(both)), { ...honestBlobs(), [both.digest.slice(7)]: both.bytes }),
      /several kinds/,
    ],
    [
      'a manifest with other bytes',
      () =>
        layout(honestIndex, {
          ...honestBlobs(),
          [HONEST.manifest.digest.slice(7)]: Buffer.alloc(HONEST.manifest.bytes.length, ' '),
        }),
      /has the digest/,
    ],
    [
      'a layer with other bytes',
      () => layout(honestIndex, { ...honestBlobs(), [layer]: Buffer.alloc(gzipSync(LAYER).length) }),
      /has the digest/,
    ],
    [
      'a wrong size',
      () => layout(indexOf({ ...descriptorOf(HONEST.manifest), size: 7 }), honestBlobs()),
      /bytes, not 7/,
    ],
    [
      'a layer that is missing',
      () =>
        layout(
          honestIndex,
          Object.fromEntries(Object.entries(honestBlobs()).filter(([name]) => name !== layer)),
        ),
      /has no file 'blobs/,
    ],
    ['a manifest that is missing', () => layout(honestIndex, {}), /has no file 'blobs/],
    [
      'something that is no image',
      () => layout(indexOf(descriptorOf(artifact)), { [artifact.digest.slice(7)]: artifact.bytes }),
      /no part of an image/,
    ],
    [
      'indexes in indexes in indexes',
      () =>
        layout(indexOf(descriptorOf(three)), {
          ...honestBlobs(),
          ...Object.fromEntries([one, two, three].map(({ digest, bytes }) => [digest.slice(7), bytes])),
        }),
      /index in an index/,
    ],
    [
      'a blob twice',
      () => layout(honestIndex, honestBlobs(), [{ path: `blobs/sha256/${layer}`, data: 'x' }]),
      /in the archive twice/,
    ],
    [
      'a manifest.json of another image',
      () =>
        layout(honestIndex, honestBlobs(), [
          { path: 'manifest.json', data: json([{ Config: 'c', Layers: [] }]) },
          { path: 'c', data: CONFIG },
        ]),
      /name different images/,
    ],
    ['an index of five megabytes', () => layout(Buffer.alloc(5_000_000, ' '), {}), /far too many/],
    ['an index of nothing', () => layout(indexOf(), {}), /holds no image/],
  ])('with %s', (_, archive, why) => refused(upload(archive()), why));
});

test('what is no archive of images is the mistake of whoever sent it', async () => {
  for (const [body, why] of [
    [Buffer.from('hello\n'.repeat(500)), /no tar archive/],
    [Buffer.alloc(0), /is empty/],
    [
      craftArchive({ path: 'etc', type: 'directory' }, { path: 'etc/passwd', data: 'root' }),
      /holds no images/,
    ],
  ] as const) {
    await refused(upload(body), why);
    await expect(upload(body)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  const answer = await api.mutate('images.import', { source: { kind: 'upload' }, name: 'x' });
  const text = (async function* () {
    yield Buffer.from('hello\n'.repeat(500));
  })();
  await expect('transfer' in answer && api.transfer(answer.transfer, text)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('this is no tar archive'),
  });
});

test('links in a directory are looked up in it and never followed', async () => {
  const folder = join(agent.folder, 'unpacked');
  mkdirSync(folder);
  writeFileSync(join(folder, 'manifest.json'), json(layersOf('layer.tar')));
  writeFileSync(join(folder, 'config.json'), CONFIG);
  symlinkSync(join(canary, 'victim'), join(folder, 'layer.tar'));
  const load = () => api.mutate('images.load', { source: { kind: 'path', path: folder } });
  await refused(load(), /has no file/);
  rmSync(join(folder, 'manifest.json'));
  symlinkSync('/etc/passwd', join(folder, 'manifest.json'));
  await refused(load(), /has no file '\/etc\/passwd'/);
  expect(existsSync(join(canary, 'victim'))).toBe(true);
});

test('an agent that is killed in the middle of a load, and a client that goes away, leave nothing', async () => {
  const archive = docker();
  const half = archive.subarray(0, archive.length - 4096);
  const underWay = () => readdirSync(join(agent.folder, 'root/staging')).length > 0;
  for (const end of [async (client: Program) => client.kill('SIGKILL'), async () => agent.restart()]) {
    const client = agent.program(['load']);
    client.write(half.toString('latin1'));
    await eventually(underWay, 'the archive is being read');
    await end(client);
    await client.ended;
    await eventually(() => !underWay() && kept().join() === before.join(), 'nothing of it is left');
  }
});

test('of several images none is kept when one is damaged', async () => {
  const manifest = [
    { Config: 'config.json', RepoTags: ['good:v1'], Layers: ['layer.tar'] },
    { Config: 'config.json', RepoTags: ['bad:v1'], Layers: ['missing.tar'] },
  ];
  await refused(upload(docker({ manifest })), /has no file 'missing.tar'/);
  const other = craftArchive({ path: 'other' });
  const late = [
    { Config: 'config.json', RepoTags: ['good:v1'], Layers: ['layer.tar'] },
    { Config: 'late.json', RepoTags: ['bad:v1'], Layers: ['cut.tar'] },
  ];
  const more = [
    { path: 'late.json', data: configFor(other) },
    { path: 'cut.tar', data: other.subarray(0, 512) },
  ];
  await refused(upload(docker({ manifest: late, more })), /cut off/);
  expect((await api.query('images.list', undefined)).map(({ tags }) => tags[0])).toEqual(['busybox:latest']);
});
