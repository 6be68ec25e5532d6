import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MEDIA_TYPE } from '../oci/media-types.ts';
import { formatEntry, formatPadding, TAR_END } from '../tar/format.ts';
import { TestStore } from '../testing/store.ts';
import type { ImageStore } from './image-store.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const unused = { force: true, inUse: () => [] };

/** An archive with one file. */
function archive(name: string, content: string): Buffer {
  const entry = {
    ...{ type: 'file' as const, path: Buffer.from(name), target: Buffer.alloc(0), mode: 0o644 },
    ...{ uid: 0, gid: 0, mtime: { seconds: 1, nanoseconds: 0 }, major: 0, minor: 0, xattrs: new Map() },
  };
  const bytes = Buffer.from(content);
  return Buffer.concat([
    formatEntry({ ...entry, size: bytes.length }),
    bytes,
    formatPadding(bytes.length),
    TAR_END,
  ]);
}

/** A layer as a registry has it. */
function layerOf(tar: Buffer, compress: (bytes: Buffer) => Buffer = gzipSync) {
  const blob = compress(tar);
  const mediaType = compress === gzipSync ? MEDIA_TYPE.dockerLayerGzip : MEDIA_TYPE.layerZstd;
  let opened = 0;
  return {
    blob,
    descriptor: { digest: sha256(blob), mediaType, size: blob.length, diffId: sha256(tar) },
    opened: () => opened,
    async *open() {
      opened++;
      for (let at = 0; at < blob.length; at += 100) yield blob.subarray(at, at + 100);
    },
  };
}
type Layer = ReturnType<typeof layerOf>;

/** Documents of Docker's kind for some layers. */
function documentsOf(layers: Layer[], more: Record<string, unknown> = {}) {
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: 'arm64', os: 'linux', created: '2024-01-01T00:00:00Z', author: 'me' },
      config: { Cmd: ['x'], Healthcheck: { Test: ['NONE'] } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ descriptor }) => `sha256:${descriptor.diffId}`) },
      history: [
        { created: '2024-01-01T00:00:00Z', created_by: 'ADD x' },
        { created_by: 'CMD x', empty_layer: true },
      ],
    }),
  );
  const manifest = Buffer.from(
    `${JSON.stringify(
      {
        ...{ schemaVersion: 2, mediaType: MEDIA_TYPE.dockerManifest, ...more },
        config: {
          mediaType: MEDIA_TYPE.dockerConfig,
          size: config.length,
          digest: `sha256:${sha256(config)}`,
        },
        layers: layers.map(({ descriptor: { mediaType, digest, size } }) => {
          return { mediaType, size, digest: `sha256:${digest}` };
        }),
      },
      null,
      3,
    )}\n`,
  );
  return { config, manifest };
}

async function pull(store: ImageStore, layers: Layer[], names: { tag?: string; digests?: string[] }) {
  using lease = store.lease();
  const { config, manifest } = documentsOf(layers);
  for (const { descriptor, open } of layers) await store.ensureLayer(lease, descriptor, open);
  await store.putDocument(lease, config, sha256(config));
  return await store.addImage(lease, { manifest, ...names });
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe('an image of a registry', () => {
  it('is kept to the byte, documents and blobs, with its digests, also when the store is opened again', async () => {
    await using test = new TestStore();
    const first = await test.open();
    const layers = [layerOf(archive('a', 'one')), layerOf(archive('b', 'two'), zstdCompressSync)];
    const digest = `app@sha256:${'1'.repeat(64)}`;
    const image = await pull(first, layers, { tag: 'app', digests: [digest] });
    const { config, manifest } = documentsOf(layers);
    for (const store of [first, await test.open()]) {
      expect(store.list()).toEqual([image]);
      expect(image).toMatchObject({
        id: sha256(config),
        manifest: sha256(manifest),
        tags: ['app:latest'],
        digests: [digest],
        platform: { os: 'linux', architecture: 'arm64' },
        size: 6,
        config: { cmd: ['x'] },
      });
      expect(store.resolve(digest)).toEqual(image);
      expect(await store.documents(image)).toEqual({ config, manifest });
      for (const { blob, descriptor } of layers) {
        expect(await store.blobSize(descriptor.digest)).toBe(blob.length);
        expect((await readAll(store.readBlob(descriptor.digest))).equals(blob)).toBe(true);
      }
    }
    expect(await (await test.open()).leftovers()).toEqual([]);
  });

  it('is asked for once: a layer that is there is not fetched', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = layerOf(archive('a', 'one'));
    using lease = store.lease();
    expect(await store.ensureLayer(lease, layer.descriptor, layer.open)).toBe('stored');
    expect(await store.ensureLayer(lease, layer.descriptor, layer.open)).toBe('present');
    expect(layer.opened()).toBe(1);
  });

  it('under a second manifest is the same image with the names of both, each with its own bytes', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const tar = archive('a', 'one');
    const [gzip, zstd] = [layerOf(tar), layerOf(tar, zstdCompressSync)];
    await pull(store, [gzip], { tag: 'one', digests: [`one@sha256:${'1'.repeat(64)}`] });
    await pull(store, [zstd], { tag: 'two' });
    for (const now of [store, await test.open()]) {
      const [image, ...others] = now.list();
      expect(others).toEqual([]);
      expect(image?.tags).toEqual(['one:latest', 'two:latest']);
      const manifestOf = async (name: string) =>
        (await now.documents(image as NonNullable<typeof image>, name)).manifest;
      expect(await manifestOf('one:latest')).toEqual(documentsOf([gzip]).manifest);
      expect(await manifestOf('two:latest')).toEqual(documentsOf([zstd]).manifest);
    }
    const now = await test.open();
    await now.remove('one', unused);
    expect(now.list()).toMatchObject([{ tags: ['two:latest'], digests: [] }]);
    await now.remove('two', unused);
    await now.emptyTrash();
    expect(readdirSync(join(test.root, 'blobs/sha256'))).toEqual([]);
    expect(readdirSync(join(test.root, 'layers'))).toEqual([]);
    expect(readdirSync(join(test.root, 'layer-info'))).toEqual([]);
  });

  it.each<[string, (layer: Layer) => Partial<Layer['descriptor']>]>([
    ['another digest', () => ({ digest: 'e'.repeat(64) })],
    ['another diff id', () => ({ diffId: 'e'.repeat(64) })],
    ['more bytes', ({ blob }) => ({ size: blob.length - 1 })],
    ['fewer bytes', ({ blob }) => ({ size: blob.length + 1 })],
  ])('that comes with %s than announced is refused, and nothing of it is kept', async (_, lie) => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = layerOf(archive('a', 'one'));
    using lease = store.lease();
    await expect(
      store.ensureLayer(lease, { ...layer.descriptor, ...lie(layer) }, layer.open),
    ).rejects.toMatchObject({ code: 'DAMAGED' });
    await store.emptyTrash();
    for (const directory of ['blobs/sha256', 'layers', 'staging']) {
      expect(readdirSync(join(test.root, directory))).toEqual([]);
    }
  });

  it('that is padded behind the end of its compression has the digest of all of them', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = layerOf(archive('a', 'one'), (tar) =>
      Buffer.concat([gzipSync(tar), Buffer.alloc(700_000)]),
    );
    using lease = store.lease();
    await store.ensureLayer(lease, layer.descriptor, layer.open);
    expect(await store.blobSize(layer.descriptor.digest)).toBe(layer.blob.length);
  });

  it('that says how many layers it has in two ways is refused', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = layerOf(archive('a', 'one'));
    using lease = store.lease();
    await store.ensureLayer(lease, layer.descriptor, layer.open);
    const { config } = documentsOf([layer]);
    await store.putDocument(lease, config, sha256(config));
    const manifest = JSON.parse(documentsOf([layer]).manifest.toString());
    manifest.layers.push(manifest.layers[0]);
    await expect(
      store.addImage(lease, { manifest: Buffer.from(JSON.stringify(manifest)), tag: 'x' }),
    ).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining('2 layers') });
    expect(store.list()).toEqual([]);
  });
});

describe('two who want the same layer', () => {
  it('share the work, and the second goes on by itself when the first is cancelled', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = layerOf(archive('a', 'one'));
    using lease = store.lease();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const first = new AbortController();
    async function* hanging() {
      yield layer.blob.subarray(0, 10);
      begin();
      await new Promise(() => {});
    }
    const cancelled = store.ensureLayer(lease, layer.descriptor, hanging, { signal: first.signal });
    await begun;
    const second = store.ensureLayer(lease, layer.descriptor, layer.open);
    const third = store.ensureLayer(lease, layer.descriptor, layer.open);
    first.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect([await second, await third]).toEqual(['stored', 'stored']);
    expect(layer.opened()).toBe(1);
  });
});

describe('what is collected', () => {
  it('is never what a lease holds, and everything else once it is given back', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const [kept, gone] = [layerOf(archive('a', 'one')), layerOf(archive('b', 'two'))];
    await pull(store, [gone], { tag: 'gone' });
    {
      using lease = store.lease();
      await store.ensureLayer(lease, kept.descriptor, kept.open);
      await store.remove('gone', unused);
      expect(await store.hasBlob(gone.descriptor.digest)).toBe(false);
      expect(await store.ensureLayer(lease, kept.descriptor, kept.open)).toBe('present');
      expect(await store.leftovers()).toEqual([]);
    }
    expect(await store.leftovers()).toEqual([]);
    expect(readdirSync(join(test.root, 'blobs/sha256'))).toEqual([]);
  });
});

describe('a blob that is damaged on disk', () => {
  it('is fetched again when its tree must be made anew', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = layerOf(archive('a', 'one'));
    await pull(store, [layer], { tag: 'app' });
    const path = join(test.root, 'blobs/sha256', layer.descriptor.digest);
    writeFileSync(path, readFileSync(path).fill(1, 30, 40));

    renameSync(join(test.root, 'layers', layer.descriptor.diffId), test.path('tree'));
    const again = await test.open();
    expect(again.broken).toHaveLength(1);
    expect(await pull(again, [layer], { tag: 'app' })).toMatchObject({ tags: ['app:latest'] });
    expect(again.broken).toEqual([]);
    expect(sha256(readFileSync(path))).toBe(layer.descriptor.digest);
    expect(layer.opened()).toBe(2);
  });
});

describe('a power failure just after a pull', () => {
  /** As the disk may be found: the agent is gone, the machine was started anew, a file of the layer is empty. */
  async function fail(test: TestStore, layer: Layer): Promise<void> {
    await pull(await test.open(), [layer], { tag: 'app' });
    const note = join(test.root, 'unflushed');
    expect(existsSync(note)).toBe(true);
    writeFileSync(note, 'another boot\n');
    writeFileSync(join(test.root, 'layers', layer.descriptor.diffId, 'a'), '');
  }

  it('costs nothing where the blob is whole: the layer is made anew', async () => {
    await using test = new TestStore();
    const layer = layerOf(archive('a', 'one'));
    await fail(test, layer);
    const store = await test.open();
    const [image] = store.list();
    expect(readFileSync(join(store.layerPaths(image as never)[0] as string, 'a'), 'utf8')).toBe('one');
    expect(layer.opened()).toBe(1);
  });

  it('costs the image where the blob is not; a pull heals it', async () => {
    await using test = new TestStore();
    const layer = layerOf(archive('a', 'one'));
    await fail(test, layer);
    writeFileSync(join(test.root, 'blobs/sha256', layer.descriptor.digest), Buffer.alloc(layer.blob.length));
    const store = await test.open();
    expect(store.list()).toEqual([]);
    expect(store.broken).toMatchObject([{ tags: ['app:latest'] }]);
    expect(await pull(store, [layer], { tag: 'app' })).toMatchObject({ tags: ['app:latest'], size: 3 });
    expect(store.broken).toEqual([]);
  });

  it('is nothing to fear once the disk was asked to keep it', async () => {
    await using test = new TestStore();
    const layer = layerOf(archive('a', 'one'));
    await pull(await test.open(), [layer], { tag: 'app' });
    await expect.poll(() => existsSync(join(test.root, 'unflushed')), { timeout: 20_000 }).toBe(false);
    expect(readFileSync(join(test.root, 'layer-info', layer.descriptor.diffId), 'utf8')).not.toContain(
      'flushed',
    );
  });
});

describe('verifying', () => {
  const damages: [string, 'blob' | 'layer', RegExp, (layer: string, blob: string) => void][] = [
    ['a byte of a blob', 'blob', /is damaged/, (_, blob) => writeFileSync(blob, flipped(blob))],
    ['a blob that is gone', 'blob', /is missing/, (_, blob) => rmSync(blob)],
    ['a byte of a file', 'layer', /'a' has another time/, (layer) => writeFileSync(join(layer, 'a'), 'onE')],
    [
      'a byte of a file, its time kept',
      'layer',
      /'a' has other bytes/,
      (layer) => {
        writeFileSync(join(layer, 'a'), 'onE');
        utimesSync(join(layer, 'a'), 1, 1);
      },
    ],
    ['a mode', 'layer', /'a' has another type or mode/, (layer) => chmodSync(join(layer, 'a'), 0o4755)],
    ['a file that is gone', 'layer', /'a' is missing/, (layer) => rmSync(join(layer, 'a'))],
    [
      'a file that is new',
      'layer',
      /'b' does not belong there/,
      (layer) => writeFileSync(join(layer, 'b'), ''),
    ],
  ];
  const flipped = (path: string) => {
    const bytes = readFileSync(path);
    bytes[20] = (bytes[20] as number) ^ 1;
    return bytes;
  };

  it.each(damages)('finds %s, and a pull heals it', async (_, kind, what, damage) => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = layerOf(archive('a', 'one'));
    const image = await pull(store, [layer], { tag: 'app' });
    expect(await store.verify([image])).toMatchObject({ blobs: 3, layers: 1, damaged: [] });
    const { digest, diffId } = layer.descriptor;
    damage(join(test.root, 'layers', diffId), join(test.root, 'blobs/sha256', digest));
    expect(await store.verify([image])).toMatchObject({
      damaged: [{ kind, digest: kind === 'blob' ? digest : diffId, what: expect.stringMatching(what) }],
    });
    // What was found is remembered.
    const next = await test.open();
    await pull(next, [layer], { tag: 'app' });
    expect((await next.verify(next.list())).damaged).toEqual([]);
  });
});

describe('an archive of ours', () => {
  it('is kept as gzip that is the same each time, and what comes compressed as it came', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const tar = archive('a', 'one'.repeat(1000));
    using lease = store.lease();
    async function* of(bytes: Buffer) {
      yield bytes;
    }
    const plain = await store.addLayer(lease, of(tar));
    expect(plain).toMatchObject({ mediaType: MEDIA_TYPE.layerGzip, diffId: sha256(tar), bytes: 3000 });
    const blob = readFileSync(join(test.root, 'blobs/sha256', plain.digest));
    expect(gunzipSync(blob).equals(tar)).toBe(true);
    // No name, no time: RFC 1952.
    expect(blob.subarray(3, 8)).toEqual(Buffer.alloc(5));
    expect((await store.addLayer(lease, of(tar))).digest).toBe(plain.digest);
    const zstd = zstdCompressSync(tar);
    expect(await store.addLayer(lease, of(zstd))).toMatchObject({
      mediaType: MEDIA_TYPE.layerZstd,
      digest: sha256(zstd),
    });
  });
});
