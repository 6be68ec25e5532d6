/** Pushing to registries that break off, want pieces, or answer with another truth. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { HostileRegistry, sayError } from '../harness/hostile-registry.ts';
import { digestOf, makeImage } from '../harness/image-fixture.ts';
import { plainClient, reference } from './client.ts';

const BYTES = randomBytes(400_000);
const BLOB = { digest: digestOf(BYTES), size: BYTES.length };
let registry: HostileRegistry;
let client: ReturnType<typeof plainClient>;
const name = (repository = 'app') => reference(`${registry.host}/${repository}:1`);
beforeAll(async () => {
  registry = await HostileRegistry.start();
  client = plainClient(registry);
});
afterEach(() => {
  registry.fault = () => false;
  registry.calls.length = 0;
  registry.blobs.clear();
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

/** The blob in small pieces from a byte on, and where it was opened. */
function source() {
  const opened: number[] = [];
  const open = async function* (from: number) {
    opened.push(from);
    for (let at = from; at < BYTES.length; at += 10_000) yield BYTES.subarray(at, at + 10_000);
  };
  return { opened, open };
}
const stored = () => registry.blobs.get(`app ${BLOB.digest}`);

test('a blob goes in one request and its progress is told', async () => {
  const progress: number[] = [];
  const { open } = source();
  expect(await client.pushBlob(name(), BLOB, { open, onProgress: (bytes) => progress.push(bytes) })).toBe(
    'uploaded',
  );
  expect(stored()).toEqual(BYTES);
  expect(registry.calls.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT']);
  expect([progress[0], progress.at(-1)]).toEqual([10_000, BYTES.length]);
});

test('what is there is not sent; what another repository has is mounted, where the registry does that', async () => {
  const { open, opened } = source();
  registry.blobs.set(`base ${BLOB.digest}`, BYTES);
  expect(await client.pushBlob(name(), BLOB, { open, mountFrom: 'base' })).toBe('mounted');
  expect(await client.pushBlob(name(), BLOB, { open })).toBe('exists');
  expect(opened).toEqual([]);
  expect(await client.pushBlob(name('other'), BLOB, { open, mountFrom: 'nobody' })).toBe('uploaded');
  registry.fault = (call, response) => {
    if (!call.path.includes('mount=')) return false;
    sayError(response, 403, 'DENIED');
    return true;
  };
  expect(await client.pushBlob(name('third'), BLOB, { open, mountFrom: 'base' })).toBe('uploaded');
});

test('an upload that breaks is begun again', async () => {
  let broken = false;
  registry.fault = (call) => {
    if (call.method !== 'PUT' || broken) return false;
    broken = true;
    call.request.once('data', () => call.request.destroy());
    return true;
  };
  const { open, opened } = source();
  expect(await client.pushBlob(name(), BLOB, { open })).toBe('uploaded');
  expect([opened, stored()?.equals(BYTES)]).toEqual([[0, 0], true]);
  expect(registry.count('upload', 'POST')).toBe(2);
});

test('pieces are as large as asked, larger when the registry wants that', async () => {
  const sizes = () =>
    registry.calls.filter(({ method }) => method === 'PATCH').map((call) => call.headers['content-range']);
  await client.pushBlob(name(), BLOB, { open: source().open, chunkBytes: 150_000 });
  expect(sizes()).toEqual(['0-149999', '150000-299999', '300000-399999']);
  expect(stored()).toEqual(BYTES);
  registry.calls.length = 0;
  registry.fault = (call, response) => {
    if (call.method === 'POST') response.setHeader('OCI-Chunk-Min-Length', '250000');
    return false;
  };
  await client.pushBlob(name('other'), BLOB, { open: source().open, chunkBytes: 150_000 });
  expect(sizes()).toEqual(['0-249999', '250000-399999']);
});

test('after a piece that broke, the registry says how much it has, and the upload goes on there', async () => {
  let broken = false;
  registry.fault = async (call, response) => {
    if (call.method !== 'PATCH' || broken || !call.headers['content-range']?.startsWith('150000-'))
      return false;
    broken = true;
    call.request.once('data', () => response.destroy());
    return true;
  };
  const { open, opened } = source();
  await client.pushBlob(name(), BLOB, { open, chunkBytes: 150_000 });
  expect([opened, stored()?.equals(BYTES)]).toEqual([[0, 150_000, 150_000, 300_000], true]);
  expect(registry.count('upload', 'GET')).toBe(1);
});

test('a proxy that takes no large bodies gets pieces', async () => {
  registry.fault = (call, response) => {
    if (call.method !== 'PUT' || call.headers['content-length'] === '0') return false;
    call.request.resume().once('end', () => response.writeHead(413).end());
    return true;
  };
  expect(await client.pushBlob(name(), BLOB, { open: source().open })).toBe('uploaded');
  expect([registry.count('upload', 'PATCH'), stored()?.equals(BYTES)]).toEqual([1, true]);
});

test('an address of an upload keeps its query, absolute or not, and another host gets no password', async () => {
  await using elsewhere = await HostileRegistry.start();
  elsewhere.fault = async (call, response) => {
    for await (const _ of call.request);
    response.writeHead(201).end();
    return true;
  };
  const locations = ['/elsewhere?state=a%2Fb', `http://${elsewhere.host}/elsewhere?state=a%2Fb`];
  for (const [at, location] of locations.entries()) {
    registry.fault = async (call, response) => {
      if (call.method === 'POST') response.writeHead(202, { location }).end();
      else if (call.path.startsWith('/elsewhere')) {
        for await (const _ of call.request);
        response.writeHead(201).end();
      } else if (!call.headers.authorization)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      else return false;
      return true;
    };
    const credential = { username: 'alice', password: 'secret' };
    await client.pushBlob(name(`app${at}`), BLOB, { open: source().open, credential });
    const put = (at === 0 ? registry : elsewhere).calls.at(-1);
    expect(put?.path).toBe(`/elsewhere?state=a%2Fb&digest=${encodeURIComponent(BLOB.digest)}`);
    expect(put?.headers.authorization === undefined).toBe(at === 1);
  }
});

test('a manifest that the registry reads otherwise is an error, one that it refuses says why', async () => {
  const { manifest } = makeImage([Buffer.alloc(512)]);
  expect(await client.putManifest(name(), manifest)).toBe(manifest.digest);
  expect(registry.manifests.get('app 1')).toMatchObject({ mediaType: manifest.mediaType });
  registry.fault = (_, response) =>
    response.writeHead(201, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }).end() && true;
  await expect(client.putManifest(name(), manifest)).rejects.toMatchObject({ code: 'DAMAGED' });
  registry.fault = (_, response) => {
    sayError(response, 403, 'DENIED');
    return true;
  };
  const refused = { code: 'PERMISSION_DENIED', hint: `box login ${registry.host}` };
  await expect(client.putManifest(name(), manifest)).rejects.toMatchObject(refused);
});

test('an error of the source ends the upload with that error', async () => {
  const open = async function* () {
    yield BYTES.subarray(0, 10);
    throw new Error('the disk is broken');
  };
  await expect(client.pushBlob(name(), BLOB, { open })).rejects.toThrow('the disk is broken');
});

test('a cancelled upload ends, and its source too', async () => {
  const abort = new AbortController();
  const ended = Promise.withResolvers<void>();
  const open = async function* () {
    try {
      for (;;) yield BYTES;
    } finally {
      ended.resolve();
    }
  };
  registry.fault = (call) =>
    call.repository === 'cancelled' && call.method === 'PUT' && setImmediate(() => abort.abort()) && true;
  const pushed = client.pushBlob(name('cancelled'), { ...BLOB, size: 1e12 }, { open, signal: abort.signal });
  await expect(pushed).rejects.toMatchObject({ code: 'CANCELLED' });
  await ended.promise;
});
