/** Trees that real tools put into archives of every dialect come out of the store equal to the last attribute. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestOf } from '../testing/manifest.ts';
import { TestStore } from '../testing/store.ts';

/** What every dialect can say: names of 99 bytes with `./`, whole seconds from 1970 on, ids of 7 octal digits. */
const PLAIN = `
  mkdir -p etc usr/bin sticky; printf root >etc/passwd; chown 1000:2097151 etc/passwd; chmod 0640 etc/passwd
  printf '#!' >usr/bin/su; chown 0:42 usr/bin/su; chmod 6755 usr/bin/su; ln usr/bin/su usr/bin/second; ln etc/passwd usr/third
  ln -s ../bin/su usr/link; ln -s /absolute absolute; : >empty; chmod 0 empty; chmod 1777 sticky; chmod 2750 usr
  printf x >"$(printf 'n%.0s' {1..97})"; printf y >$'caf\\xe9'; printf z >$'new\\nline'; printf w >'back\\\\slash "quoted" ü'
  find . -exec touch -h -d '2020-02-03 04:05:06 UTC' {} +`;
/** Devices and FIFOs came with ustar, as did names of two fields. */
const NODES = `
  mkfifo -m 0620 fifo; mknod -m 0666 null c 1 3; mknod -m 0660 sda b 8 300; chown 3:6 sda
  mkdir -p "$(printf 'd%.0s' {1..90})"; printf x >"$(printf 'd%.0s' {1..90})/$(printf 'f%.0s' {1..90})"
  find . -exec touch -h -d '2020-02-03 04:05:06 UTC' {} +`;
/** Names, targets and numbers beyond any field. */
const LARGE = `
  part=$(printf 'l%.0s' {1..200}); mkdir -p $part/$part/$part; printf x >$part/$part/$part/file
  ln -s $part/$part/$part/target long-link; ln $part/$part/$part/file long-hard-link
  printf x >$(printf 'N%.0s' {1..255}); printf y >large-ids; chown 3000000000:4294967294 large-ids
  find . -exec touch -h -d '2020-02-03 04:05:06 UTC' {} +; touch -d '1960-01-02 03:04:05 UTC' before-1970; touch -d '2300-01-02 03:04:05 UTC' after-2038; chmod 0750 .; touch -d '2020-02-03 04:05:06 UTC' .`;
const FRACTIONS = `
  touch -d '2040-06-01 00:00:00.000000001 UTC' fraction-after-2038; touch -d '2020-02-03 04:05:06 UTC' .
  touch -h -d '2001-02-03 04:05:06.789012345 UTC' absolute; touch -d '2002-02-03 04:05:06.987654321 UTC' sticky`;
/** Not for bsdtar, which writes the seconds rounded down and the fraction counted up. */
const FRACTIONS_BEFORE_1970 = `
  touch -d '1969-12-31 23:59:58.123456789 UTC' fraction-before-1970; touch -d '1965-02-03 04:05:06.5 UTC' .`;
const ATTRIBUTES = `
  setfattr -n user.colour -v blue usr/bin/su; setfattr -n user.empty etc/passwd; setfattr -n user.binary -v 0x000aff3d0a etc
  setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 etc/passwd
  setfacl -m u:1234:rw,g:77:r etc/passwd; setfacl -d -m u:1234:rwx sticky`;
const HOLES = `
  truncate -s 5G hole; printf start >sparse; printf data | dd of=sparse bs=1 seek=1000000 conv=notrunc status=none; truncate -s 3000000 sparse
  for i in $(seq 0 40); do printf %s $i | dd of=pieces bs=1 seek=$((i * 40000)) conv=notrunc status=none; done
  touch -d '2020-02-03 04:05:06 UTC' hole sparse pieces .`;

const GNU = 'tar --numeric-owner --sort=name';

/** Each row: a tool and dialect, the command that prints the archive of the current directory, and what that dialect can say. */
const DIALECTS: readonly [name: string, command: string, contents: string][] = [
  ['GNU tar, v7', `${GNU} --format=v7 -cf - .`, PLAIN],
  ['GNU tar, ustar', `${GNU} --format=ustar -cf - .`, PLAIN + NODES],
  ['GNU tar, old GNU', `${GNU} --format=oldgnu -cf - .`, PLAIN + NODES + LARGE],
  ['GNU tar, GNU', `${GNU} --format=gnu -cf - .`, PLAIN + NODES + LARGE],
  [
    'GNU tar, pax',
    `${GNU} --format=pax --xattrs --acls -cf - .`,
    PLAIN + NODES + LARGE + FRACTIONS + FRACTIONS_BEFORE_1970 + ATTRIBUTES,
  ],
  ['GNU tar, sparse as old GNU', `${GNU} --format=gnu -S -cf - .`, PLAIN + HOLES],
  ...['0.0', '0.1', '1.0'].map(
    (version) =>
      [
        `GNU tar, sparse as pax ${version}`,
        `${GNU} --format=pax --sparse-version=${version} -S -cf - .`,
        PLAIN + FRACTIONS + HOLES,
      ] as [string, string, string],
  ),
  [
    'GNU tar, a volume label and a global header',
    `${GNU} --format=pax -V label --pax-option=globexthdr.name=g,comment=x -cf - .`,
    PLAIN,
  ],
  ['Python, GNU', python('GNU_FORMAT'), PLAIN + NODES + LARGE],
  ['Python, pax', python('PAX_FORMAT'), PLAIN + NODES + LARGE],
  ['Python, ustar', python('USTAR_FORMAT'), PLAIN + NODES],
  ['bsdtar, pax', 'bsdtar --format=pax --acls --xattrs -cf - .', PLAIN + NODES + FRACTIONS + ATTRIBUTES],
  ['bsdtar, GNU', 'bsdtar --format=gnutar -cf - .', PLAIN + NODES],
];

function python(format: string): string {
  return `python3 -c 'import sys, tarfile
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.${format}, errors="surrogateescape") as archive: archive.add(".")'`;
}

const sh = (script: string, cwd: string) =>
  execFileSync('bash', ['-euc', script], { cwd, stdio: 'pipe', env: { ...process.env, LC_ALL: 'C.UTF-8' } });

let test: TestStore;
beforeAll(() => {
  test = new TestStore();
});
afterAll(() => test[Symbol.asyncDispose]());

describe('an archive gives back the tree it was made of', () => {
  it.each(DIALECTS)('%s', async (name, command, contents) => {
    const work = test.path(name.replaceAll(/\W+/g, '-'));
    const tree = join(work, 'tree');
    mkdirSync(tree, { recursive: true });
    const archive = join(work, 'archive.tar');
    sh(contents, tree);
    sh(`${command} >'${archive}'`, tree);
    const store = await test.open();
    const [image] = await store.importPath(archive, { name: 'dialect' });
    const layer = store.layerPaths(image as NonNullable<typeof image>)[0] as string;
    expect(manifestOf(layer)).toEqual(manifestOf(tree));
  });
});

describe('the end of an archive', () => {
  it('may be followed by anything; a concatenated second archive is not read, as GNU tar does not', async () => {
    const work = test.path('ends');
    mkdirSync(work);
    sh(
      'mkdir a b; : >a/one; : >b/two; tar -cf a.tar -C a .; tar -cf b.tar -C b .; cat a.tar b.tar >both.tar',
      work,
    );
    writeFileSync(
      join(work, 'rubbish.tar'),
      Buffer.concat([readFileSync(join(work, 'a.tar')), Buffer.alloc(7777, 'x')]),
    );
    sh('gzip -k a.tar; gzip -k b.tar; cat a.tar.gz b.tar.gz >members.tar.gz', work);
    const store = await test.open();
    for (const file of ['a.tar', 'both.tar', 'rubbish.tar', 'members.tar.gz']) {
      const [image] = await store.importPath(join(work, file), { name: 'end' });
      const names = manifestOf(store.layerPaths(image as NonNullable<typeof image>)[0] as string).map(
        (line) => line.split(' ')[0],
      );
      expect([file, names]).toEqual([file, ['.', './one']]);
    }
  });

  it('of an archive with nothing in it makes an empty tree', async () => {
    const work = test.path('nothing');
    mkdirSync(work);
    sh('tar -cf empty.tar -T /dev/null', work);
    const store = await test.open();
    const [image] = await store.importPath(join(work, 'empty.tar'), { name: 'nothing' });
    expect(manifestOf(store.layerPaths(image as NonNullable<typeof image>)[0] as string)).toHaveLength(1);
  });
});
