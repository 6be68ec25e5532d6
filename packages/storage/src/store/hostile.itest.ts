import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readXattrs } from '@boxyard/kernel';
import { BoxError, type Image } from '@boxyard/spec';
import { describe, expect, it } from 'vitest';
import type { ImageStore } from '../index.ts';
import { craftArchive, craftRaw } from '../tar/craft.ts';
import { TAR_LIMITS } from '../tar/limits.ts';
import { formatPaxRecord } from '../tar/pax.ts';
import { TestStore } from '../testing/store.ts';

/** Imports bytes; the layer's directory. */
async function layerOf(store: ImageStore, archive: Buffer): Promise<string> {
  const image: Image = await store.importStream(chunks(archive), { name: 'hostile' });
  return store.layerPaths(image)[0] as string;
}

async function* chunks(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

/** The error of importing bytes, after making sure that nothing is left of the attempt. */
async function refusal(archive: Buffer, limits = TAR_LIMITS): Promise<BoxError> {
  await using test = new TestStore();
  const store = await test.open();
  const error = await store.importStream(chunks(archive), { name: 'hostile' }, { limits }).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(BoxError);
  expect(error.message).toMatch(/^cannot import 'hostile': [^\n]*$/);
  expect(error.hint).toBeTruthy();
  expect(store.list()).toEqual([]);
  await store.emptyTrash();
  expect(await store.leftovers()).toEqual([]);
  expect(readdirSync(join(test.root, 'layers'))).toEqual([]);
  return error;
}

describe('an archive that reaches outside', () => {
  it.each(['../x', '/../x', 'a/../../x', 'a/..'])('by the name %s is refused', async (path) => {
    expect(await refusal(craftArchive({ path, data: 'x' }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`'${path}'`),
    });
  });

  it('by absolute names and links stays inside its own tree', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const outside = test.path('outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'victim'), 'untouched');
    const up = '../'.repeat(30);
    const layer = await layerOf(
      store,
      craftArchive(
        { path: `${outside}/absolute`, data: '1' },
        { path: 'to-outside', type: 'symlink', target: outside },
        { path: 'to-outside/through-link', data: '2' },
        { path: 'up', type: 'symlink', target: up },
        { path: `up/${outside.slice(1)}/through-dots`, data: '3' },
        { path: 'chain', type: 'symlink', target: 'to-outside/../..' },
        { path: 'chain/end-of-chain', data: '4' },
        { path: 'victim', type: 'symlink', target: join(outside, 'victim') },
        { path: 'victim', data: '5' },
        { path: 'proc', type: 'symlink', target: '/proc/self/root' },
      ),
    );
    expect(readdirSync(outside)).toEqual(['victim']);
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('untouched');
    expect(readdirSync(join(layer, outside)).sort()).toEqual(['absolute', 'through-dots', 'through-link']);
    // A link is kept as it is: what it means is decided in the box. The second `victim` replaced the first.
    expect(readlinkSync(join(layer, 'to-outside'))).toBe(outside);
    expect(readFileSync(join(layer, 'victim'), 'utf8')).toBe('5');
    expect(lstatSync(join(layer, 'victim')).isFile()).toBe(true);
  });

  it('by a hard link to what it does not hold is refused, both names said', async () => {
    const passwd = await refusal(craftArchive({ path: 'mine', type: 'link', target: '/etc/passwd' }));
    expect(passwd.message).toMatch(/mine.*etc\/passwd/);
    const through = craftArchive(
      { path: 's', type: 'symlink', target: '/etc' },
      { path: 'mine', type: 'link', target: 's/passwd' },
    );
    expect((await refusal(through)).message).toMatch(/mine.*s\/passwd/);
    expect((await refusal(craftArchive({ path: 'mine', type: 'link', target: '../x' }))).code).toBe(
      'INVALID_ARGUMENT',
    );
    expect((await refusal(craftArchive({ path: 'mine', type: 'link', target: './' }))).message).toMatch(
      /no file/,
    );
  });

  it('by links in a circle, a file below a file or a root that is none is refused', async () => {
    const circle = craftArchive(
      { path: 'a', type: 'symlink', target: 'b' },
      { path: 'b', type: 'symlink', target: 'a' },
      { path: 'a/x', data: 'x' },
    );
    expect((await refusal(circle)).code).toBe('INVALID_ARGUMENT');
    expect((await refusal(craftArchive({ path: 'a', data: 'x' }, { path: 'a/b', data: 'y' }))).code).toBe(
      'INVALID_ARGUMENT',
    );
    expect((await refusal(craftArchive({ path: './', type: 'symlink', target: '/' }))).message).toMatch(
      /root is a symlink/,
    );
  });

  it.each(['.wh.', 'a/.wh..', 'a/.wh...'])('by the whiteout %s is refused', async (path) => {
    expect((await refusal(craftArchive({ path: 'a/', type: 'directory' }, { path }))).message).toMatch(
      /hides no name/,
    );
  });
});

describe('an archive that costs too much', () => {
  it('by depth, by names, by bytes, by entries or by its ratio is refused', async () => {
    const long = craftRaw('x', formatPaxRecord('path', `${'d/'.repeat(100_000)}x`));
    expect((await refusal(craftArchive(long, { path: 'x' }))).message).toMatch(/bytes long/);
    const deep = craftRaw('x', formatPaxRecord('path', `${'d/'.repeat(1500)}x`));
    expect((await refusal(craftArchive(deep, { path: 'x' }))).message).toMatch(/directories deep/);
    const bomb = gzipSync(craftArchive({ path: 'zeros', data: Buffer.alloc(8_000_000) }));
    expect((await refusal(bomb, { ...TAR_LIMITS, ratioFloorBytes: 1_000_000 })).code).toBe(
      'RESOURCE_EXHAUSTED',
    );
    const many = craftArchive(...Array.from({ length: 100 }, (_, index) => ({ path: `f${index}` })));
    expect((await refusal(many, { ...TAR_LIMITS, entries: 50 })).code).toBe('RESOURCE_EXHAUSTED');
    const records = [
      formatPaxRecord('GNU.sparse.size', '9000000000000000'),
      formatPaxRecord('GNU.sparse.map', ''),
    ];
    expect((await refusal(craftArchive(craftRaw('x', Buffer.concat(records)), { path: 'x' }))).code).toBe(
      'RESOURCE_EXHAUSTED',
    );
  });

  it('by a tree deeper than any path, through links, can be removed again', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const parts = [];
    for (let level = 0; level < 10; level++) {
      parts.push({ path: `s${level}/${'d/'.repeat(900)}`, type: 'directory' as const });
      parts.push({
        path: `s${level + 1}`,
        type: 'symlink' as const,
        target: `s${level}/${'d/'.repeat(900)}`,
      });
    }
    await layerOf(store, craftArchive(...parts)).catch((error) => expect(error).toBeInstanceOf(BoxError));
    for (const { id } of store.list()) await store.remove(id, { force: true, inUse: () => [] });
    await store.emptyTrash();
    expect(await store.leftovers()).toEqual([]);
  });
});

describe('an archive that is damaged', () => {
  const archive = craftArchive({ path: 'a', data: 'x'.repeat(10_000) }, { path: 'b', data: 'y'.repeat(100) });
  const gzip = gzipSync(archive);

  it.each([
    ['nothing', Buffer.alloc(0), /is empty/],
    ['text', Buffer.from('hello\n'.repeat(500)), /no tar archive/],
    ['half an archive', archive.subarray(0, 5000), /cut off/],
    ['an archive without its end', archive.subarray(0, archive.length - 1024), /end mark is missing/],
    ['half a gzip', gzip.subarray(0, gzip.length / 2), /gzip compression is cut off/],
    ['a gzip without its last byte', gzip.subarray(0, -1), /gzip compression is cut off/],
    [
      'a gzip with a wrong checksum',
      Buffer.concat([gzip.subarray(0, -8), Buffer.alloc(8)]),
      /gzip compression is damaged/,
    ],
    ['bzip2', Buffer.from('BZh91AY&SY123456789'), /bzip2/],
  ])('%s: refused', async (_, bytes, message) => {
    expect((await refusal(bytes)).message).toMatch(message);
  });
});

describe('an archive that is odd but honest', () => {
  it('keeps devices, setuid programs and FIFOs; the last of repeated names counts', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = await layerOf(
      store,
      craftArchive(
        { path: 'sda', type: 'block', major: 8, minor: 300, mode: 0o660, gid: 6 },
        { path: 'fifo', type: 'fifo' },
        { path: 'su', mode: 0o6755, uid: 0, gid: 42, data: 'x'.repeat(100_000) },
        { path: 'twice/', type: 'directory', mode: 0o700 },
        { path: 'twice/lost', data: 'x' },
        { path: 'twice', data: 'file now' },
        { path: 'later', data: 'x' },
        { path: 'later', type: 'symlink', target: 'twice' },
        { path: 'kept/', type: 'directory', mode: 0o700 },
        { path: 'kept/file', data: 'x' },
        { path: 'kept/', type: 'directory', mode: 0o755 },
      ),
    );
    expect(lstatSync(join(layer, 'su')).mode & 0o7777).toBe(0o6755);
    expect(lstatSync(join(layer, 'sda')).rdev).toBe(0x10082c);
    expect(lstatSync(join(layer, 'fifo')).isFIFO()).toBe(true);
    expect(readFileSync(join(layer, 'twice'), 'utf8')).toBe('file now');
    expect(readlinkSync(join(layer, 'later'))).toBe('twice');
    expect(readdirSync(join(layer, 'kept'))).toEqual(['file']);
    expect(lstatSync(join(layer, 'kept')).mode & 0o777).toBe(0o755);
  });

  it('makes whiteouts and opaque directories that overlay understands', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const layer = await layerOf(
      store,
      craftArchive(
        { path: 'etc/', type: 'directory' },
        { path: 'etc/.wh.passwd' },
        { path: 'var/.wh..wh..opq' },
        { path: '.wh.again' },
        { path: 'again/', type: 'directory' },
        { path: 'again/file', data: 'x' },
        { path: '.wh..wh.plnk/1.2', data: 'x' },
      ),
    );
    const whiteout = lstatSync(join(layer, 'etc/passwd'));
    expect([whiteout.isCharacterDevice(), whiteout.rdev]).toEqual([true, 0]);
    for (const directory of ['var', 'again']) {
      const opaque = readXattrs(Buffer.from(join(layer, directory))).get('trusted.overlay.opaque');
      expect(opaque?.toString()).toBe('y');
    }
    expect(readdirSync(layer).sort()).toEqual(['again', 'etc', 'var']);
  });

  it('leaves attributes of the host and of overlay out and says so', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const names = ['trusted.overlay.redirect', 'user.overlay.opaque', 'security.selinux', 'user.fine'];
    const xattrs = new Map(names.map((name) => [name, Buffer.from('x')]));
    const warnings: string[] = [];
    await store.importStream(
      chunks(craftArchive({ path: 'a', xattrs })),
      { name: 'x' },
      { onWarning: (message) => warnings.push(message) },
    );
    expect(warnings).toHaveLength(3);
    const layer = store.layerPaths(store.resolve('x'))[0] as string;
    expect([...readXattrs(Buffer.from(join(layer, 'a'))).keys()]).toEqual(['user.fine']);
  });
});

describe('a path that cannot be imported', () => {
  it('is an error that says why', async () => {
    await using test = new TestStore();
    const store = await test.open();
    mkdirSync(test.path('no-root/x'), { recursive: true });
    mkdirSync(test.path('no-rootfs'));
    writeFileSync(test.path('no-rootfs/image.json'), '{}');
    mkdirSync(test.path('typo/rootfs'), { recursive: true });
    writeFileSync(test.path('typo/image.json'), '{"entripoint": []}');
    execFileSync('mkfifo', [test.path('fifo')]);
    const wrong: [string, string, RegExp][] = [
      ['missing.tar', 'NOT_FOUND', /does not exist/],
      ['fifo', 'INVALID_ARGUMENT', /no regular file/],
      ['no-root', 'INVALID_ARGUMENT', /neither image.json and rootfs\/ nor a root file system/],
      ['no-rootfs', 'INVALID_ARGUMENT', /no directory rootfs/],
      ['typo', 'INVALID_ARGUMENT', /unknown key "entripoint"/],
    ];
    for (const [name, code, message] of wrong) {
      await expect(store.importPath(test.path(name))).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    }
    await expect(store.importPath(test.path('x'), { name: 'Not A Name' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(await store.leftovers()).toEqual([]);
  });
});
