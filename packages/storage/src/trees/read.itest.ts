import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeXattr } from '@boxyard/kernel';
import { describe, expect, it } from 'vitest';
import type { TarEntry } from '../tar/entry.ts';
import { TarParser } from '../tar/parser.ts';
import { manifestOf } from '../testing/manifest.ts';
import { sh, TestTrees } from '../testing/trees.ts';

function entriesOf(archive: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  const parser = new TarParser({ entry: (entry) => entries.push(entry), data() {}, entryEnd() {} });
  parser.push(archive);
  parser.end();
  return entries;
}
const namesOf = (archive: Buffer) => entriesOf(archive).map(({ path }) => path.toString('latin1'));

const EVERYTHING = `
  mkdir -p a/deep usr/bin; echo hello > a/file; ln a/file a/twin; ln -s ../usr a/link; mkfifo fifo; mknod null c 1 3
  mknod loop b 7 0; echo x > usr/bin/tool; chown 1000:1001 usr/bin/tool; chmod 4755 usr/bin/tool; chmod 1777 a/deep
  setfattr -n user.note -v hi a/file; setfacl -m u:1000:r a/file; setfacl -d -m u:1000:rx a/deep
  truncate -s 100M sparse; printf data | dd of=sparse bs=1 seek=50000000 conv=notrunc status=none
  long=$(printf 'n%.0s' {1..200}); mkdir $long; echo long > $long/$long; printf 'bytes' > $'not-\\xff-utf8'
  touch -d '2001-02-03 04:05:06.123456789' a/file; touch -d 1960-01-01 usr/bin/tool; touch -h -d 2002-02-02 a/link
  head -c 700000 /dev/urandom > big; touch empty
  find . -depth -type d -exec touch -d '2003-03-03 03:03:03.000000003' {} +`;

describe('reading a tree', () => {
  it('gives an archive that unpacks to the same tree, and the same bytes each time', async () => {
    await using test = new TestTrees();
    const { path, root } = test.make('tree', EVERYTHING);
    const archive = await test.read({ root });
    expect(namesOf(archive)).toContain('a/twin');
    expect(namesOf(archive).slice(0, 2)).toEqual(['./', 'a/']);
    writeFileSync(test.path('again.tar'), archive);
    const store = await test.open();
    const [image] = await store.importPath(test.path('again.tar'));
    const [layer] = store.layerPaths(image as NonNullable<typeof image>);
    expect(manifestOf(layer as string)).toEqual(manifestOf(path));
    expect((await test.read({ root })).equals(archive)).toBe(true);
    mkdirSync(test.path('tar'));
    sh(`tar --xattrs --xattrs-include='*' --numeric-owner -xpf ../again.tar`, test.path('tar'));
    expect(manifestOf(test.path('tar'))).toEqual(manifestOf(path));
  });

  it('starts where it is told and names that as wished, the rest left out', async () => {
    await using test = new TestTrees();
    const { root } = test.make(
      'tree',
      'mkdir -p a/b/c a/d; touch a/b/c/f a/d/g; ln -s a/b link; ln -s /a/d abs',
    );
    expect(namesOf(await test.read({ root, path: '/a/b' }))).toEqual(['b/', 'b/c/', 'b/c/f']);
    expect(namesOf(await test.read({ root, path: '/a', name: 'x', exclude: ['b/c'] }))).toEqual([
      'x/',
      'x/b/',
      'x/d/',
      'x/d/g',
    ]);
    expect(namesOf(await test.read({ root, path: '/link' }))).toEqual(['link']);
    expect(namesOf(await test.read({ root, path: '/abs', followLink: true, name: '' }))).toEqual(['./', 'g']);
    expect(namesOf(await test.read({ root, path: '/link/../d/g' }))).toEqual(['g']);
    await expect(test.read({ root, path: '/missing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(test.read({ root, path: '/a/d/g/x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('leads nowhere outside, whatever links and names say', async () => {
    await using test = new TestTrees();
    writeFileSync(test.path('secret'), 'secret');
    const { root } = test.make(
      'tree',
      'ln -s ../secret up; ln -s / slash; ln -s /proc/self/root magic; mkdir d; ln -s ../../../../../etc d/etc',
    );
    for (const path of ['/up', '/../secret', '/d/etc/passwd', '/magic/etc/passwd', '/slash/secret']) {
      await expect(test.read({ root, path, followLink: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(namesOf(await test.read({ root, path: '/slash', followLink: true, name: '' }))).toContain('d/');
  });

  it('makes whiteouts and opaque directories of an overlay those of a layer', async () => {
    await using test = new TestTrees();
    const { path, root } = test.make(
      'upper',
      'mkdir -p etc/opaque; mknod etc/gone c 0 0; touch etc/.wh.fake etc/new',
    );
    writeXattr(Buffer.from(join(path, 'etc/opaque')), 'trusted.overlay.opaque', Buffer.from('y'));
    const warnings: string[] = [];
    const archive = await test.read({ root, layer: true }, warnings);
    expect(namesOf(archive)).toEqual([
      './',
      'etc/',
      'etc/.wh.gone',
      'etc/new',
      'etc/opaque/',
      'etc/opaque/.wh..wh..opq',
    ]);
    expect(warnings).toEqual([expect.stringContaining("'etc/.wh.fake' was left out")]);
    writeXattr(Buffer.from(join(path, 'etc/new')), 'trusted.overlay.metacopy', Buffer.from(''));
    await expect(test.read({ root, layer: true })).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('has no entry that is newer than asked for', async () => {
    await using test = new TestTrees();
    const { root } = test.make('tree', 'touch -d @2000.5 new; touch -d @1000.25 old');
    const times = entriesOf(await test.read({ root, latest: 2000 })).map(({ mtime }) => mtime);
    expect(times).toEqual([
      { seconds: 2000, nanoseconds: 0 },
      { seconds: 2000, nanoseconds: 0 },
      { seconds: 1000, nanoseconds: 250_000_000 },
    ]);
  });

  it('opens neither FIFO nor device nor socket, and leaves sockets out', async () => {
    await using test = new TestTrees();
    const { root } = test.make(
      'tree',
      `mkfifo f; mknod zero c 1 5; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("s")'`,
    );
    const warnings: string[] = [];
    expect(namesOf(await test.read({ root }, warnings))).toEqual(['./', 'f', 'zero']);
    expect(warnings).toEqual(["socket 's' was left out"]);
  });

  it('ends when nobody wants more, and when it is cancelled', async () => {
    await using test = new TestTrees();
    const { root } = test.make('tree', 'head -c 20000000 /dev/zero > big');
    for await (const chunk of test.trees.read({ root })) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const cancel = new AbortController();
    const reading = (async () => {
      for await (const _ of test.trees.read({ root }, { signal: cancel.signal })) cancel.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim()).toBe('');
  });
});
