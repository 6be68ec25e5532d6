import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BoxError } from '@boxyard/spec';
import { describe, expect, it } from 'vitest';
import { craftArchive, craftEntry, craftRaw, seal } from './craft.ts';
import type { TarEntry } from './entry.ts';
import { formatEntry, formatPadding, TAR_END } from './format.ts';
import { TAR_LIMITS } from './limits.ts';
import { TarParser } from './parser.ts';
import { formatPaxRecord, formatPaxTime, parsePaxTime } from './pax.ts';

interface Read {
  entry: TarEntry;
  data: { offset: number; bytes: Buffer }[];
}

/** Parses an archive pushed in pieces of `step` bytes. */
function read(archive: Buffer, step = 64 * 1024, limits = TAR_LIMITS): Read[] {
  const files: Read[] = [];
  const parser = new TarParser(
    {
      entry: (entry) => files.push({ entry, data: [] }),
      data: (offset, bytes) => files.at(-1)?.data.push({ offset, bytes: Buffer.from(bytes) }),
      entryEnd: () => {},
    },
    limits,
  );
  for (let at = 0; at < archive.length; at += step) parser.push(archive.subarray(at, at + step));
  parser.end();
  return files;
}

const fixture = (name: string) => {
  const bytes = readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

/** `-rwsr-xr-x 0:0 18 usr/bin/hi`-like line of an entry. */
function line({ entry, data }: Read): string {
  const path = entry.path
    .toString('latin1')
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .replaceAll('long-directory-name-', 'L');
  const target = entry.target.toString().replace(/^\.\//, '').replaceAll('long-directory-name-', 'L');
  const content =
    data.length > 0
      ? ` ${JSON.stringify(Buffer.concat(data.map(({ bytes }) => bytes)).toString('latin1'))}`
      : '';
  const device = entry.type === 'character' ? ` ${entry.major}:${entry.minor}` : '';
  return `${entry.type} ${entry.mode.toString(8)} ${entry.uid}:${entry.gid} ${path}${device}${target ? ` -> ${target}` : ''}${content}`;
}

const SMALL = [
  'directory 755 0:0 etc',
  'file 644 1000:1000 etc/passwd "root:x:0:0:root:/root:/bin/sh\\n"',
  'symlink 777 0:0 etc/link -> ../usr/bin/hi',
  'directory 755 0:0 usr',
  'directory 755 0:0 usr/bin',
  'file 4755 0:0 usr/bin/hi "#!/bin/sh\\necho hi\\n"',
  'link 4755 0:0 usr/bin/hello -> usr/bin/hi',
];

const FULL = [
  'directory 1777 0:0 etc/sticky',
  'directory 755 0:0 LLLLLL',
  'directory 755 0:0 LLLLLL/LLLLLL',
  'directory 755 0:0 etc',
  'directory 755 0:0 usr',
  'directory 755 0:0 usr/bin',
  'fifo 644 0:0 etc/fifo',
  'file 4755 0:0 usr/bin/hello "#!/bin/sh\\necho hi\\n"',
  'file 644 0:0 LLLLLL/LLLLLL/file "deep\\n"',
  'file 644 0:0 etc/caf\xe9 "caf\xe9\\n"',
  'file 644 1000:1000 etc/passwd "root:x:0:0:root:/root:/bin/sh\\n"',
  'file 644 3000000000:3000000000 etc/empty',
  'link 4755 0:0 usr/bin/hi -> usr/bin/hello',
  'symlink 777 0:0 etc/link -> ../usr/bin/hi',
  'symlink 777 0:0 etc/long-link -> /LLLLLL/LLLLLL/LLLLLL/target',
  'character 644 0:0 etc/null 1:3',
].sort();

describe('archives of other tools', () => {
  it.each(['gnutar-v7.tar', 'gnutar-ustar.tar', 'python-pax.tar', 'python-gnu.tar'])(
    '%s: every entry with owner, mode, target and content',
    (name) => {
      expect(read(fixture(name)).map(line)).toEqual(SMALL);
    },
  );

  it('busybox.tar: every entry; the first name met is the file, the second the link', () => {
    expect(read(fixture('busybox.tar')).map(line).sort()).toEqual(
      [
        'directory 755 0:0 usr',
        'directory 755 0:0 usr/bin',
        'file 4755 0:0 usr/bin/hello "#!/bin/sh\\necho hi\\n"',
        'file 644 1000:1000 etc/passwd "root:x:0:0:root:/root:/bin/sh\\n"',
        'link 4755 0:0 usr/bin/hi -> usr/bin/hello',
        'symlink 777 0:0 etc/link -> ../usr/bin/hi',
      ].sort(),
    );
  });

  it.each(['gnutar-gnu.tar', 'gnutar-oldgnu.tar', 'gnutar-pax.tar', 'bsdtar-pax.tar'])(
    '%s: long names and targets, large ids, devices, names that are no UTF-8',
    (name) => {
      expect(read(fixture(name)).map(line).sort()).toEqual(FULL);
    },
  );

  it.each([1, 7, 511, 512, 513, 4096])('reads the same whatever the chunks: %i bytes each', (step) => {
    expect(read(fixture('gnutar-pax.tar'), step).map(line).sort()).toEqual(FULL);
  });

  it('keeps nanoseconds where the archive has them', () => {
    for (const { entry } of read(fixture('gnutar-pax.tar'))) {
      expect(entry.mtime).toEqual({
        seconds: 1580702706,
        nanoseconds: 789012345,
      });
    }
    expect(read(fixture('gnutar-gnu.tar'))[0]?.entry.mtime).toEqual({ seconds: 1580702706, nanoseconds: 0 });
  });

  it.each(['gnutar-xattrs.tar', 'bsdtar-xattrs.tar'])('%s: extended attributes, binary and empty', (name) => {
    const xattrs = read(fixture(name))[0]?.entry.xattrs;
    expect(xattrs?.get('user.colour')?.toString()).toBe('blue');
    expect(xattrs?.get('user.empty')?.length).toBe(0);
    expect(xattrs?.get('security.capability')?.toString('hex')).toBe(
      '0100000200040000000000000000000000000000',
    );
  });

  it.each([
    'sparse-oldgnu.tar.gz',
    'sparse-pax-0.0.tar.gz',
    'sparse-pax-0.1.tar.gz',
    'sparse-pax-1.0.tar.gz',
  ])('%s: data where it belongs, holes not mentioned', (name) => {
    for (const step of [1000, 65536]) {
      const [sparse, hole, ...rest] = read(fixture(name), step);
      expect(rest).toEqual([]);
      expect(sparse?.entry.path.toString()).toBe('sparse');
      expect(sparse?.entry.size).toBe(30 * 65536 + 12345);
      const content = Buffer.alloc(30 * 65536 + 12345);
      for (const { offset, bytes } of sparse?.data ?? []) bytes.copy(content, offset);
      const wanted = Buffer.alloc(content.length);
      for (let index = 0; index < 30; index++) {
        wanted.write(String(index).padStart(2, '0').repeat(2048), index * 65536);
      }
      expect(content.equals(wanted)).toBe(true);
      expect(sparse?.data.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(30 * 8192);
      expect(hole?.entry.size).toBe(2 ** 33);
      expect(hole?.data.every(({ bytes }) => bytes.length <= 4096)).toBe(true);
    }
  });
});

describe('what format.ts writes', () => {
  const entry: TarEntry = {
    type: 'file',
    path: Buffer.from(`${'d/'.repeat(100)}caf\xe9`, 'latin1'),
    target: Buffer.alloc(0),
    mode: 0o4755,
    uid: 3_000_000_000,
    gid: 1,
    mtime: { seconds: -2, nanoseconds: 500_000_000 },
    size: 5,
    major: 0,
    minor: 0,
    xattrs: new Map([
      ['user.b', Buffer.from([0, 10, 255])],
      ['user.a', Buffer.alloc(0)],
    ]),
  };

  it('reads back as it was', () => {
    const [file] = read(Buffer.concat([formatEntry(entry), Buffer.from('hello'), formatPadding(5), TAR_END]));
    expect(file?.entry).toMatchObject({ ...entry, xattrs: new Map([...entry.xattrs].reverse()) });
    expect(file?.data[0]?.bytes.toString()).toBe('hello');
  });

  it('reads back a sparse file with its holes', () => {
    const map = [
      { offset: 4096, length: 3 },
      { offset: 2 ** 34, length: 2 },
    ];
    const archive = Buffer.concat([
      formatEntry({ ...entry, size: 2 ** 35 }, map),
      Buffer.from('abcde'),
      formatPadding(5),
      TAR_END,
    ]);
    const [file] = read(archive);
    expect(file?.entry.size).toBe(2 ** 35);
    expect(file?.entry.path).toEqual(entry.path);
    expect(file?.data.map(({ offset, bytes }) => [offset, bytes.toString()])).toEqual([
      [4096, 'abc'],
      [2 ** 34, 'de'],
    ]);
  });

  it('writes times before 1970 that are read back', () => {
    for (const time of [
      { seconds: -1, nanoseconds: 250_000_000 },
      { seconds: -10, nanoseconds: 0 },
      { seconds: 0, nanoseconds: 1 },
    ]) {
      expect(parsePaxTime(Buffer.from(formatPaxTime(time)))).toEqual(time);
    }
  });
});

/** The BoxError of reading the archive. */
function failure(archive: Buffer, limits = TAR_LIMITS): BoxError {
  try {
    read(archive, 1000, limits);
  } catch (error) {
    if (error instanceof BoxError) return error;
    throw error;
  }
  throw new Error('the archive was read without an error');
}

describe('damaged and hostile archives', () => {
  it('names what is cut off', () => {
    const archive = craftArchive({ path: 'a', data: 'x'.repeat(2000) });
    expect(failure(Buffer.alloc(0)).message).toMatch(/is empty/);
    for (const cut of [512, 1500, archive.length - 1024]) {
      expect(failure(archive.subarray(0, cut)).code).toBe('DAMAGED');
    }
  });

  it('refuses what is no tar', () => {
    expect(failure(Buffer.from('hello world\n'.repeat(100))).message).toMatch(/no tar archive/);
    expect(failure(Buffer.from('short'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/no tar archive/),
    });
  });

  it('refuses a header whose bytes were changed', () => {
    const archive = craftArchive({ path: 'a', data: 'x' }, { path: 'b' });
    archive[1024] = 0x7a;
    expect(failure(archive)).toMatchObject({ code: 'DAMAGED' });
  });

  it('refuses malformed, negative and impossible numbers', () => {
    const size = craftEntry({ path: 'a' });
    size.fill(0xff, 124, 136);
    expect(failure(Buffer.concat([seal(size), TAR_END])).message).toMatch(/negative size/);
    const uid = craftEntry({ path: 'a' });
    uid.write('12z4567\0', 108, 'latin1');
    expect(failure(Buffer.concat([seal(uid), TAR_END])).message).toMatch(/malformed owner/);
    const huge = craftEntry({ path: 'a' });
    huge.fill(0x7f, 125, 136);
    huge[124] = 0x80;
    expect(failure(Buffer.concat([seal(huge), TAR_END])).message).toMatch(/out of range/);
    const unchanged = formatPaxRecord('uid', '4294967295');
    expect(failure(craftArchive(craftRaw('x', unchanged), { path: 'a' })).message).toMatch(/out of range/);
  });

  it.each([
    ['a length that is none', Buffer.from('xx path=a\n')],
    ['a length beyond the header', Buffer.from('99 path=a\n')],
    ['no equals sign', Buffer.from('8 path\n\n')],
    ['no newline', Buffer.from('9 path=ab')],
    ['a length of 0', Buffer.from('0 path=a\n')],
    ['a size that is none', formatPaxRecord('size', '-1')],
    ['a size beyond 2^53', formatPaxRecord('size', '99999999999999999')],
    ['a time that is none', formatPaxRecord('mtime', 'yesterday')],
  ])('refuses a pax header with %s', (_, records) => {
    expect(failure(craftArchive(craftRaw('x', records), { path: 'a' })).code).toBe('DAMAGED');
  });

  it('takes the last of repeated pax keys and an empty value as none', () => {
    const records = Buffer.concat([formatPaxRecord('path', 'first'), formatPaxRecord('path', 'second')]);
    expect(read(craftArchive(craftRaw('x', records), { path: 'a' }))[0]?.entry.path.toString()).toBe(
      'second',
    );
    const none = Buffer.concat([formatPaxRecord('path', 'first'), formatPaxRecord('path', '')]);
    expect(read(craftArchive(craftRaw('x', none), { path: 'a' }))[0]?.entry.path.toString()).toBe('a');
  });

  it('refuses a global header that renames or resizes everything, and keeps other globals', () => {
    expect(failure(craftArchive(craftRaw('g', formatPaxRecord('path', 'x')), { path: 'a' })).message).toMatch(
      /global pax header sets 'path'/,
    );
    const archive = craftArchive(craftRaw('g', formatPaxRecord('uid', '77')), { path: 'a' }, { path: 'b' });
    expect(read(archive).map(({ entry }) => entry.uid)).toEqual([77, 77]);
  });

  it('refuses an extension header without a file', () => {
    expect(failure(craftArchive({ path: 'a' }, craftRaw('L', 'name\0'))).message).toMatch(
      /between a header and its file/,
    );
  });

  it.each(['M', 'N', 'Z', '9', '\x1b'])('refuses entries of type %j', (type) => {
    const { code, message } = failure(craftArchive(craftRaw(type, '')));
    expect(code).toBe('DAMAGED');
    expect(message).not.toContain('\x1b');
  });

  it.each([
    ['overlap', '0,100,50,100', '200'],
    ['descend', '100,10,0,10', '20'],
    ['leave the file', '0,10,5000,10', '20'],
    ['hold less than the data', '0,1', '1'],
    ['are half a pair', '0,10,20', '10'],
  ])('refuses sparse maps whose regions %s', (_, map, data) => {
    const records = [formatPaxRecord('GNU.sparse.size', '1000'), formatPaxRecord('GNU.sparse.map', map)];
    const file = craftEntry({ path: 'a', data: 'x'.repeat(Number(data) + (map === '0,1' ? 5 : 0)) });
    expect(failure(craftArchive(craftRaw('x', Buffer.concat(records)), file)).code).toBe('DAMAGED');
  });

  it('refuses a sparse bomb: eight exbibytes in one block', () => {
    const records = [
      formatPaxRecord('GNU.sparse.size', '9000000000000000'),
      formatPaxRecord('GNU.sparse.map', ''),
    ];
    expect(failure(craftArchive(craftRaw('x', Buffer.concat(records)), { path: 'bomb' }))).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      message: expect.stringContaining("'bomb'"),
    });
  });

  it('counts entries, bytes and headers against their limits', () => {
    const three = craftArchive({ path: 'a' }, { path: 'b' }, { path: 'c', data: 'xyz' });
    expect(failure(three, { ...TAR_LIMITS, entries: 2 }).code).toBe('RESOURCE_EXHAUSTED');
    expect(failure(three, { ...TAR_LIMITS, totalBytes: 2 }).code).toBe('RESOURCE_EXHAUSTED');
    expect(failure(craftArchive(craftRaw('x', Buffer.alloc(2 ** 20 + 1)))).code).toBe('RESOURCE_EXHAUSTED');
    const names = Array.from({ length: 3 }, () =>
      craftRaw('x', formatPaxRecord('comment', 'x'.repeat(400_000))),
    );
    expect(failure(craftArchive(...names)).code).toBe('RESOURCE_EXHAUSTED');
  });

  it('shows names without control characters', () => {
    const block = craftRaw('Z', '', 'evil\x1b[31m\n');
    expect(failure(craftArchive(block)).message).toContain('evil\\x1b[31m\\x0a');
  });

  it('never fails otherwise than by a BoxError, whichever bytes were changed', () => {
    // A fixed seed: the same 3000 damaged archives every time (mulberry32).
    let state = 20261122;
    const random = (below: number) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    };
    const archives = [
      'gnutar-pax.tar',
      'gnutar-gnu.tar',
      'sparse-pax-1.0.tar.gz',
      'sparse-oldgnu.tar.gz',
    ].map(fixture);
    let refused = 0;
    for (let round = 0; round < 3000; round++) {
      const archive = Buffer.from(archives[round % archives.length] as Buffer);
      for (let change = random(4); change >= 0; change--) {
        const header = random(Math.floor(archive.length / 512)) * 512;
        archive[header + random(512)] = random(256);
        // Half of them with a right checksum, so that what lies behind it is met as well.
        if (random(2) === 0 && archive[header] !== 0) seal(archive.subarray(header, header + 512));
      }
      try {
        read(archive, 1 + random(5000));
      } catch (error) {
        expect(error).toBeInstanceOf(BoxError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
