import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readXattrs, writeXattr } from '@boxyard/kernel';
import { describe, expect, it } from 'vitest';
import { debianRootfs } from '../../../../e2e/fixtures/debian-rootfs.ts';
import { manifestOf } from '../testing/manifest.ts';
import { TestStore } from '../testing/store.ts';

const sh = (script: string, cwd: string) => execFileSync('bash', ['-euc', script], { cwd, stdio: 'pipe' });
/** `security.capability` of a program with cap_net_bind_service+ep (struct vfs_cap_data, revision 2). */
const CAP_NET_BIND_SERVICE = Buffer.from('0100000200040000000000000000000000000000', 'hex');
const unused = { force: false, inUse: () => [] };

describe('importing a Debian root file system', () => {
  it('gives the tree that tar makes of the archive: owners, modes, times, links, attributes', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const archive = await debianRootfs();
    const progress: number[] = [];
    const [image] = await store.importPath(
      archive,
      { name: 'debian:bookworm', config: { cmd: ['bash'] } },
      { onProgress: ({ read }) => progress.push(read) },
    );
    expect(image).toMatchObject({ tags: ['debian:bookworm'], config: { cmd: ['bash'] } });
    expect(image?.size).toBeGreaterThan(50_000_000);
    expect(progress.length).toBeGreaterThan(0);
    const reference = test.path('reference');
    mkdirSync(reference);
    sh(`tar --xattrs --xattrs-include='*' --numeric-owner -xpzf '${archive}'`, reference);
    const [layer] = store.layerPaths(image as NonNullable<typeof image>);
    expect(manifestOf(layer as string)).toEqual(manifestOf(reference));
    expect(await store.leftovers()).toEqual([]);
  }, 120_000);

  it('knows the same content again, whatever the compression and the way it came', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const tree = test.path('tree');
    mkdirSync(tree);
    sh(
      'mkdir etc && echo hi > etc/motd && tar -cf ../a.tar . && gzip -k ../a.tar && xz -k ../a.tar && zstd -q ../a.tar',
      tree,
    );
    const ids = new Set<string>();
    for (const name of ['a.tar', 'a.tar.gz', 'a.tar.xz', 'a.tar.zst']) {
      const [image] = await store.importPath(test.path(name));
      ids.add(image?.id ?? '');
      expect(image?.tags).toEqual(['a:latest']);
    }
    ids.add((await store.importStream(createReadStream(test.path('a.tar')), { name: 'a' })).id);
    expect(ids.size).toBe(1);
    expect(store.list()).toHaveLength(1);
    expect(readdirSync(join(test.root, 'layers'))).toHaveLength(1);
  });

  it('shares a layer that several imports make at the same time', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const tree = test.path('tree');
    mkdirSync(tree);
    sh('mkdir bin && head -c 3000000 /dev/urandom > bin/noise && tar -cf ../a.tar .', tree);
    const names = ['one', 'two', 'three', 'four'];
    const images = await Promise.all(names.map((name) => store.importPath(test.path('a.tar'), { name })));
    expect(new Set(images.flat().map(({ id }) => id)).size).toBe(1);
    expect(store.list()[0]?.tags).toEqual(names.map((name) => `${name}:latest`).sort());
    await store.emptyTrash();
    expect(await store.leftovers()).toEqual([]);
  });
});

describe('importing directories', () => {
  it('keeps owners, modes, nanoseconds, hard links, devices, attributes, holes and names that are no UTF-8', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const tree = test.path('my-root');
    mkdirSync(tree);
    sh(
      `mkdir -p etc usr/bin deep/$(printf 'x%.0s' {1..200})/$(printf 'y%.0s' {1..200})
       echo root > etc/passwd; chown 1000:70000 etc/passwd; chmod 4751 etc/passwd; ln etc/passwd usr/bin/second
       ln -s ../nowhere etc/link; ln -s /etc/passwd absolute; mkfifo fifo; mknod null c 1 3; mknod sda b 8 300; chmod 666 null
       truncate -s 5G hole; printf data | dd of=sparse bs=1 seek=1000000 status=none; truncate -s 3000000 sparse
       printf x > caf$'\\xe9'; mkdir sticky; chmod 1777 sticky; chmod 0511 deep; touch -d '1960-01-02 03:04:05.678' etc
       touch -h -d '2001-02-03 04:05:06.789012345' etc/link; chmod 750 .; chown 5:6 .; touch -d '2010-01-01 UTC' .`,
      tree,
    );
    const attribute = (file: string, name: string, value: Buffer) =>
      writeXattr(Buffer.from(join(tree, file)), name, value);
    attribute('etc/passwd', 'user.colour', Buffer.from('blue'));
    attribute('etc', 'user.colour', Buffer.from('red'));
    attribute('usr/bin/second', 'security.capability', CAP_NET_BIND_SERVICE);
    const warnings: string[] = [];
    const [image] = await store.importPath(tree, {}, { onWarning: (message) => warnings.push(message) });
    expect(image?.tags).toEqual(['my-root:latest']);
    expect(manifestOf(store.layerPaths(image as NonNullable<typeof image>)[0] as string)).toEqual(
      manifestOf(tree),
    );
    expect(warnings).toEqual([]);
    const [again] = await store.importPath(tree);
    expect(again?.id).toBe(image?.id);
  });

  it('reads image.json beside rootfs/, one or several; flags win', async () => {
    await using test = new TestStore();
    const store = await test.open();
    for (const name of ['one', 'two']) {
      mkdirSync(test.path(`images/${name}/rootfs/bin`), { recursive: true });
      writeFileSync(test.path(`images/${name}/rootfs/bin/${name}`), name);
    }
    writeFileSync(
      test.path('images/one/image.json'),
      JSON.stringify({
        name: 'team/one',
        tag: '1.0',
        cmd: ['/bin/one'],
        env: { A: 'b' },
        workdir: '/srv',
        user: 'www',
      }),
    );
    writeFileSync(test.path('images/two/image.json'), '{"cmd": "echo $HOME"}');
    const images = await store.importPath(test.path('images'));
    expect(images.map(({ tags, config }) => ({ tags, config }))).toEqual([
      { tags: ['team/one:1.0'], config: { cmd: ['/bin/one'], env: ['A=b'], workdir: '/srv', user: 'www' } },
      { tags: ['two:latest'], config: { cmd: ['/bin/sh', '-c', 'echo $HOME'] } },
    ]);
    const [mine] = await store.importPath(test.path('images/one'), {
      name: 'mine',
      config: { cmd: ['other'] },
    });
    expect(mine).toMatchObject({ tags: ['mine:latest'], config: { cmd: ['other'], workdir: '/srv' } });
  });

  it('leaves other file systems and sockets in the tree out and says so', async () => {
    await using test = new TestStore();
    const store = await test.open();
    mkdirSync(test.path('tree/etc'), { recursive: true });
    mkdirSync(test.path('tree/proc'));
    sh(
      `mount -t proc proc proc
       python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("etc/socket")'`,
      test.path('tree'),
    );
    const warnings: string[] = [];
    try {
      const [image] = await store.importPath(
        test.path('tree'),
        {},
        { onWarning: (message) => warnings.push(message) },
      );
      const [layer] = store.layerPaths(image as NonNullable<typeof image>);
      expect(readdirSync(join(layer as string, 'proc'))).toEqual([]);
      expect(readdirSync(join(layer as string, 'etc'))).toEqual([]);
    } finally {
      sh('umount proc', test.path('tree'));
    }
    expect(warnings.sort()).toEqual([
      "'proc' is another file system: its content was left out",
      "socket 'etc/socket' was left out",
    ]);
  });
});

describe('the built-in image', () => {
  it('is made once, with applets, users and a writable /tmp, and survives', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const images = await Promise.all([store.ensureBuiltin(), store.ensureBuiltin(), store.ensureBuiltin()]);
    expect(new Set(images.map(({ id }) => id)).size).toBe(1);
    expect(images[0]).toMatchObject({ tags: ['busybox:latest'], config: { cmd: ['sh'] } });
    const layer = store.layerPaths(images[0] as NonNullable<(typeof images)[0]>)[0] as string;
    expect(lstatSync(join(layer, 'tmp')).mode & 0o7777).toBe(0o1777);
    expect(readFileSync(join(layer, 'etc/passwd'), 'utf8')).toContain('root:x:0:0:root:/root:/bin/sh');
    const said = execFileSync('chroot', [
      layer,
      '/bin/sh',
      '-c',
      'echo $(id -un) $(basename /a/b)',
    ]).toString();
    expect(said).toBe('root b\n');
    const reopened = await test.open();
    expect(await reopened.ensureBuiltin()).toEqual(images[0]);
  });
});

describe('names', () => {
  it('are given, moved and taken away; the last one takes the image with it', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const image = await store.ensureBuiltin();
    await store.tag('busybox', 'mine:1');
    expect(store.resolve(image.id.slice(0, 8)).tags).toEqual(['busybox:latest', 'mine:1']);
    await expect(store.remove(image.id, unused)).rejects.toMatchObject({ code: 'IN_USE' });
    expect(await store.remove('busybox', unused)).toEqual({ untagged: ['busybox:latest'], deleted: [] });
    await expect(store.remove('mine:1', { force: false, inUse: () => ['web', 'db'] })).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining('web, db'),
    });
    expect(await store.remove('mine:1', unused)).toEqual({ untagged: ['mine:1'], deleted: [image.id] });
    expect(store.list()).toEqual([]);
    await store.emptyTrash();
    expect(await store.leftovers()).toEqual([]);
    for (const place of ['layers', 'blobs/sha256', 'trash'])
      expect(readdirSync(join(test.root, place))).toEqual([]);
  });

  it('an image that a box uses loses only its names when forced, and is found by its id', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const image = await store.ensureBuiltin();
    const result = await store.remove('busybox', { force: true, inUse: () => ['web'] });
    expect(result).toEqual({ untagged: ['busybox:latest'], deleted: [] });
    const reopened = await test.open();
    expect(reopened.resolve(image.id.slice(0, 12))).toMatchObject({ id: image.id, tags: [] });
    expect(existsSync(reopened.layerPaths(image)[0] as string)).toBe(true);
  });
});

describe('trees of containers', () => {
  it('upper has mode, owner and attributes of the image root; overlay mounts it', async () => {
    await using test = new TestStore();
    const store = await test.open();
    mkdirSync(test.path('tree/etc'), { recursive: true });
    sh('chmod 0710 .; chown 12:34 .', test.path('tree'));
    writeXattr(Buffer.from(test.path('tree')), 'user.mark', Buffer.from('x'));
    const [image] = await store.importPath(test.path('tree'));
    mkdirSync(test.path('container'));
    const root = await store.createContainerRoot(test.path('container'), image as NonNullable<typeof image>);
    const status = lstatSync(root.upper);
    expect([status.mode & 0o7777, status.uid, status.gid]).toEqual([0o710, 12, 34]);
    expect(readXattrs(Buffer.from(root.upper)).get('user.mark')?.toString()).toBe('x');
    test.kernel.close(await test.kernel.overlay(root));
  });

  it('a tree a hundred thousand directories deep goes away, from its place at once', async () => {
    await using test = new TestStore();
    mkdirSync(test.root);
    // In memory: a disk takes many seconds to make such a tree.
    sh(`mount -t tmpfs -o size=2g,nr_inodes=0 tmpfs '${test.root}'`, test.directory);
    try {
      const store = await test.open();
      const deep = join(test.root, 'deep');
      mkdirSync(deep);
      execFileSync('perl', ['-e', 'for (1..100000) { mkdir "d"; chdir "d" or die }'], { cwd: deep });
      await store.removeTree(deep);
      expect(existsSync(deep)).toBe(false);
      await store.emptyTrash();
      expect(readdirSync(join(test.root, 'trash'))).toEqual([]);
      await store.removeTree(join(test.root, 'missing'));
    } finally {
      sh(`umount '${test.root}'`, test.directory);
    }
  });

  it('usage counts what a tree takes on disk, hard links once, holes not', async () => {
    await using test = new TestStore();
    const store = await test.open();
    mkdirSync(test.path('tree'));
    sh('head -c 1000000 /dev/zero | tr "\\0" x > a; ln a b; truncate -s 1G hole; sync a', test.path('tree'));
    const bytes = await store.usage(test.path('tree'));
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThan(1_100_000);
  });
});
