/** What a client makes of registries that break off, stall, lie, or keep what it cannot use. */
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { Descriptor } from '@boxyard/registry';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HostileRegistry, sendBytes } from '../harness/hostile-registry.ts';
import {
  descriptorOf,
  digestOf,
  document,
  makeImage,
  makeIndex,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../harness/image-fixture.ts';
import { clientOf, plainClient, QUICK, reference, table } from './client.ts';

const IMAGE = makeImage([Buffer.alloc(1024)]);
const BYTES = Buffer.from(Array.from({ length: 150 }, (_, at) => at));
const BLOB: Descriptor = { mediaType: 'any', digest: digestOf(BYTES), size: BYTES.length };
let registry: HostileRegistry;
let client: ReturnType<typeof plainClient>;
const name = () => reference(`${registry.host}/app`);
beforeAll(async () => {
  registry = await HostileRegistry.start();
  client = plainClient(registry);
  registry.blobs.set(`app ${BLOB.digest}`, BYTES);
});
afterEach(() => {
  registry.fault = () => false;
  registry.calls.length = 0;
  registry.add('app', IMAGE);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});
const isBlob = (call: { kind: string }) => call.kind === 'blob';

describe('blobs', () => {
  test('a connection that breaks at any byte is taken up there', async () => {
    for (let at = 0; at < BYTES.length; at++) {
      let broken = false;
      registry.fault = (call, response) => {
        if (!isBlob(call) || broken) return false;
        broken = true;
        response.writeHead(200, { 'content-length': BYTES.length });
        response.write(BYTES.subarray(0, at), () => response.destroy());
        return true;
      };
      expect(await buffer(client.blob(name(), BLOB))).toEqual(BYTES);
    }
    const ranges = registry.calls.filter(isBlob).map(({ headers }) => headers.range);
    expect(ranges.filter((range) => range === 'bytes=100-')).toHaveLength(1);
  });

  test('where ranges are not known, what is there already is skipped', async () => {
    let tries = 0;
    registry.fault = (call, response) => {
      if (!isBlob(call)) return false;
      delete call.headers.range;
      if (++tries === 3) return false;
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 50 * tries), () => response.destroy());
      return true;
    };
    expect(await buffer(client.blob(name(), BLOB))).toEqual(BYTES);
    expect(tries).toBe(3);
  });

  test('another range than the one that was asked for is refused', async () => {
    let tries = 0;
    registry.fault = (call, response) => {
      if (!isBlob(call)) return false;
      if (tries++ === 0)
        response
          .writeHead(200, { 'content-length': 150 })
          .write(BYTES.subarray(0, 10), () => response.destroy());
      else response.writeHead(206, { 'content-range': 'bytes 0-139/150' }).end(BYTES.subarray(0, 140));
      return true;
    };
    await expect(buffer(client.blob(name(), BLOB))).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  test.each([
    ['too long by its own word', { 'content-length': 151 }, Buffer.alloc(151)],
    ['too long without a word', {}, Buffer.alloc(151)],
    ['too short by its own word', { 'content-length': 149 }, Buffer.alloc(149)],
  ])('a blob that is %s is refused at once', async (_, headers, bytes) => {
    registry.fault = (call, response) => isBlob(call) && response.writeHead(200, headers).end(bytes) && true;
    await expect(buffer(client.blob(name(), BLOB))).rejects.toMatchObject({ code: 'DAMAGED' });
    expect(registry.count('blob')).toBe(1);
  });

  test('one that always ends early is given up after some tries, each of which is told', async () => {
    registry.fault = (call, response) => isBlob(call) && response.writeHead(200).end() && true;
    const notes: string[] = [];
    const fetched = buffer(client.blob(name(), BLOB, { onNote: (line) => notes.push(line) }));
    await expect(fetched).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([registry.count('blob'), notes.length]).toEqual([QUICK.attempts, QUICK.attempts - 1]);
    expect(notes[0]).toMatch(/broke off at byte 0 of 150; trying again in/);
  });

  test('silence is not waited for: the blob goes on with another connection', async () => {
    await using impatient = clientOf(table(registry.host, 'insecure = true'), {
      timeouts: { idle: 100 },
      retry: QUICK,
    });
    let silent = false;
    registry.fault = (call, response) => {
      if (!isBlob(call) || silent) return false;
      silent = true;
      response.writeHead(200, { 'content-length': BYTES.length }).write(BYTES.subarray(0, 70));
      return true;
    };
    expect(await buffer(impatient.blob(name(), BLOB))).toEqual(BYTES);
    expect(registry.calls.at(-1)?.headers.range).toBe('bytes=70-');
  });

  test('a cancelled one ends at once, and its connection too', async () => {
    const begun = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    registry.fault = (call, response) => {
      if (!isBlob(call)) return false;
      response
        .once('close', closed.resolve)
        .writeHead(200)
        .write('x', () => begun.resolve());
      return true;
    };
    const abort = new AbortController();
    const fetched = buffer(client.blob(name(), BLOB, { signal: abort.signal }));
    await begun.promise;
    abort.abort();
    await expect(fetched).rejects.toMatchObject({ code: 'CANCELLED' });
    await closed.promise;
  });

  test('one that is left early ends its connection', async () => {
    const closed = Promise.withResolvers<void>();
    registry.fault = (call, response) => {
      if (!isBlob(call)) return false;
      response.once('close', closed.resolve).writeHead(200).write('x');
      return true;
    };
    for await (const _ of client.blob(name(), BLOB)) break;
    await closed.promise;
  });

  test('foreign layers are fetched over TLS alone and not from this host', async () => {
    const missing = { ...BLOB, digest: digestOf(Buffer.from('not here')) };
    const from = (...urls: string[]) => buffer(client.blob(name(), { ...missing, urls }));
    await expect(from(`http://${registry.host}/layer`)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('https'),
    });
    await expect(buffer(client.blob(name(), missing))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('patience', () => {
  test('429 and 503 are waited for as long as they ask', async () => {
    const answers = [429, 503];
    registry.fault = (call, response) => {
      const status = call.kind === 'manifest' && answers.shift();
      return status && response.writeHead(status, { 'retry-after': '0' }).end() && true;
    };
    const notes: string[] = [];
    await client.resolve(name(), { onNote: (line) => notes.push(line) });
    expect(notes).toEqual([
      expect.stringMatching(/too many requests; trying again in 0.0 s/),
      expect.stringMatching(/status 503/),
    ]);
  });

  test('a pause ends when it is cancelled', async () => {
    const abort = new AbortController();
    registry.fault = (call, response) =>
      call.kind === 'manifest' && response.writeHead(429, { 'retry-after': '50' }).end() && true;
    const resolved = client.resolve(name(), { signal: abort.signal, onNote: () => abort.abort() });
    await expect(resolved).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('a registry that nobody listens for is unavailable', async () => {
    await using gone = await HostileRegistry.start();
    const at = reference(`${gone.host}/app`);
    await using other = plainClient(gone);
    await gone[Symbol.asyncDispose]();
    await expect(other.resolve(at)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `cannot reach ${gone.host}: nothing listens there`,
    });
  });
});

describe('manifests', () => {
  const refused = (code: string, words: RegExp) => ({ code, message: expect.stringMatching(words) });
  const CONFIG = { mediaType: OCI_CONFIG, digest: digestOf(Buffer.from('{}')), size: 2 };
  const manifest = (more: object) =>
    document(OCI_MANIFEST, {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: CONFIG,
      layers: [],
      ...more,
    });

  test.each([
    ['an index and a manifest at once', manifest({ manifests: [] }), 'DAMAGED', /at once/],
    ['schema 1', document('application/json', { schemaVersion: 1, fsLayers: [] }), 'UNSUPPORTED', /schema 1/],
    [
      'an artifact',
      manifest({ config: { ...CONFIG, mediaType: 'application/vnd.cncf.helm.config.v1+json' } }),
      'UNSUPPORTED',
      /artifact of type "application\/vnd.cncf.helm/,
    ],
    [
      'a layer of an unknown kind',
      manifest({ layers: [{ ...CONFIG, mediaType: 'text/html' }] }),
      'UNSUPPORTED',
      /"text\/html"/,
    ],
    [
      'a digest that is a path',
      manifest({ layers: [{ ...CONFIG, digest: 'sha256:../../../../etc/passwd' }] }),
      'DAMAGED',
      /no digest/,
    ],
    [
      'a digest of another kind',
      manifest({ config: { ...CONFIG, digest: `sha512:${'0'.repeat(128)}` } }),
      'UNSUPPORTED',
      /no SHA-256/,
    ],
    ['a size below nothing', manifest({ config: { ...CONFIG, size: -1 } }), 'DAMAGED', /no size/],
    ['a config of gigabytes', manifest({ config: { ...CONFIG, size: 5e9 } }), 'DAMAGED', /config has/],
    [
      'two types',
      document(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }),
      'DAMAGED',
      /calls itself/,
    ],
    [
      'no JSON',
      { mediaType: OCI_MANIFEST, bytes: Buffer.from('<html>'), digest: digestOf(Buffer.from('<html>')) },
      'DAMAGED',
      /no JSON/,
    ],
  ])('%s is refused', async (_, bad, code, words) => {
    registry.addManifest('app', bad);
    await expect(client.resolve(name())).rejects.toMatchObject(refused(code, words));
  });

  test('gigabytes of it are neither kept nor read', async () => {
    let sent = 0;
    registry.fault = async (call, response) => {
      if (call.kind !== 'manifest') return false;
      response.writeHead(200, { 'content-type': OCI_MANIFEST });
      for (const chunk = Buffer.alloc(65_536, ' '); !response.destroyed && sent < 1e9; sent += chunk.length) {
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      return true;
    };
    await expect(client.resolve(name())).rejects.toMatchObject(
      refused('RESOURCE_EXHAUSTED', /sends more than/),
    );
    expect(sent).toBeLessThan(50e6);
  });

  test.each([
    ['the digest that was asked for', (at: string) => `${at}@sha256:${'0'.repeat(64)}`, {}],
    [
      'the digest that its header says',
      (at: string) => at,
      { 'docker-content-digest': `sha256:${'1'.repeat(64)}` },
    ],
  ])('bytes that are not %s are refused', async (_, ask, headers) => {
    registry.fault = (call, response) =>
      call.kind === 'manifest' &&
      response.writeHead(200, { 'content-type': OCI_MANIFEST, ...headers }).end(IMAGE.manifest.bytes) &&
      true;
    const asked = client.resolve(reference(ask(`${registry.host}/app`)));
    await expect(asked).rejects.toMatchObject(refused('DAMAGED', /not what its digest says/));
  });

  test('the platform’s image is chosen, its variant too; attestations are none; what is missing is said', async () => {
    const images = Object.fromEntries(
      ['linux/amd64', 'linux/arm/v6', 'linux/arm/v7', 'unknown/unknown'].map((platform) => {
        const image = makeImage([Buffer.alloc(512)], { architecture: platform });
        registry.add('app', image, platform.replaceAll('/', '-'));
        return [platform, image];
      }),
    );
    const index = makeIndex(images);
    registry.addManifest('app', index);
    const resolve = (architecture: string, variant?: string) =>
      client.resolve(name(), { platform: { os: 'linux', architecture, variant } });
    for (const [variant, best] of [
      ['v6', 'v6'],
      ['v7', 'v7'],
      ['v8', 'v7'],
    ]) {
      const found = await resolve('arm', variant);
      expect([found.digest, found.manifest.digest]).toEqual([
        index.digest,
        images[`linux/arm/${best}`]?.manifest.digest,
      ]);
    }
    await expect(resolve('riscv64')).rejects.toMatchObject({
      ...refused('NOT_FOUND', /no image for linux\/riscv64/),
      hint: 'it has linux/amd64, linux/arm/v6, linux/arm/v7: choose with --platform',
    });
  });

  test('an index of indexes is followed, one level', async () => {
    const inner = document(OCI_INDEX, { schemaVersion: 2, manifests: [descriptorOf(IMAGE.manifest)] });
    const nest = (below: typeof inner) =>
      document(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [descriptorOf(below)] });
    registry.addManifest('app', inner, 'inner');
    registry.addManifest('app', nest(inner));
    expect((await client.resolve(name())).manifest.digest).toBe(IMAGE.manifest.digest);
    registry.addManifest('app', nest(inner), 'middle');
    registry.addManifest('app', nest(nest(inner)));
    await expect(client.resolve(name())).rejects.toMatchObject(refused('UNSUPPORTED', /index of indexes/));
  });

  test('what an index says of a manifest must be so', async () => {
    const wrong = { ...descriptorOf(IMAGE.manifest), size: 1 };
    registry.addManifest('app', document(OCI_INDEX, { schemaVersion: 2, manifests: [wrong] }));
    await expect(client.resolve(name())).rejects.toMatchObject(refused('DAMAGED', /its index says 1/));
  });

  test('a registry’s words reach a terminal without what moves its cursor', async () => {
    registry.fault = (call, response) => {
      const errors = [{ code: 'DENIED', message: 'no\u001b[2J\n way' }];
      return call.kind === 'manifest' && response.writeHead(403).end(JSON.stringify({ errors })) && true;
    };
    await expect(client.resolve(name())).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: `${registry.host}: no [2J way`,
      hint: `box login ${registry.host}`,
    });
  });

  test('a whole blob may be called a part (206) by a server that was not asked for one', async () => {
    registry.fault = (call, response) => {
      if (!isBlob(call)) return false;
      call.headers.range ??= 'bytes=0-';
      sendBytes(call, response, BYTES);
      return true;
    };
    expect(await buffer(client.blob(name(), BLOB))).toEqual(BYTES);
  });
});
