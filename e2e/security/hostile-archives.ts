/** Archives that no honest tool writes, and what has to become of each: a refusal that says why, or a tree inside its own root. */
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import { craftArchive, craftEntry, craftRaw, seal } from '../../packages/storage/src/tar/craft.ts';
import { TAR_END } from '../../packages/storage/src/tar/format.ts';
import { formatPaxRecord } from '../../packages/storage/src/tar/pax.ts';

export interface HostileArchive {
  name: string;
  archive: Buffer;
  /** The message has to match; what is refused leaves nothing. */
  refused?: RegExp;
  /** Lines `path type` that the tree has to show, the root left out. */
  tree?: readonly string[];
}

type Parts = Parameters<typeof craftArchive>;

const refused = (name: string, why: RegExp, ...parts: Parts): HostileArchive => ({
  name,
  archive: craftArchive(...parts),
  refused: why,
});
const tree = (name: string, lines: readonly string[], ...parts: Parts): HostileArchive => ({
  name,
  archive: craftArchive(...parts),
  tree: lines,
});
/** An entry with one pax header before it. */
const pax = (
  records: readonly (readonly [key: string, value: string | Buffer])[],
  entry: Parts[number] = { path: 'x' },
): Buffer =>
  Buffer.concat([
    craftRaw('x', Buffer.concat(records.map(([key, value]) => formatPaxRecord(key, value)))),
    Buffer.isBuffer(entry) ? entry : craftEntry(entry),
  ]);
/** An entry some bytes of whose header were changed. */
const changed = (
  at: number,
  bytes: string | Buffer,
  entry: Exclude<Parts[number], Buffer> = { path: 'x' },
): Buffer => {
  const header = craftEntry(entry);
  Buffer.from(bytes as string).copy(header, at);
  return seal(header);
};
const SIZE_AT = 124;
const UP = '../'.repeat(40);

/** Names and links that lead elsewhere. `outside` is an absolute path that nobody may touch. */
export function escapes(outside: string): HostileArchive[] {
  const inside = outside.split('/').slice(1);
  /** The directories of `outside`, made inside the tree, and what was put there. */
  const below = (...names: string[]) => [
    ...inside.map((_, depth) => `${inside.slice(0, depth + 1).join('/')} directory`),
    ...names.map((name) => `${inside.join('/')}/${name}`),
  ];
  return [
    refused('a name that begins with ..', /'\.\.\/x' leads out/, { path: '../x', data: 'x' }),
    refused('an absolute name with ..', /leads out/, { path: `/${UP}x`, data: 'x' }),
    refused('a name with .. in the middle', /leads out/, { path: `a/../${UP}${outside}/x`, data: 'x' }),
    refused('a name that ends with ..', /leads out/, { path: 'a/..', type: 'directory' }),
    refused('a directory ..', /leads out/, { path: '..', type: 'directory', mode: 0o777 }),
    refused(
      'a long name with .. in a pax header',
      /leads out/,
      pax([['path', `${'a/'.repeat(200)}../../x`]]),
    ),
    refused('a long name with .. in a GNU header', /leads out/, craftRaw('L', `${UP}x\0`), { path: 'x' }),
    tree('an absolute name', below('x file'), { path: `${outside}/x`, data: 'x' }),
    tree(
      'a file through an absolute symlink',
      [...below('x file'), 'out symlink'].sort(),
      { path: 'out', type: 'symlink', target: outside },
      { path: 'out/x', data: 'x' },
    ),
    tree(
      'a file through a symlink of dots',
      [...below('x file'), 'out symlink'].sort(),
      { path: 'out', type: 'symlink', target: `${UP}${outside.slice(1)}` },
      { path: 'out/x', data: 'x' },
    ),
    tree(
      'a file through a chain of symlinks',
      [...below('x file'), 'a symlink', 'b symlink', 'c symlink'].sort(),
      { path: 'a', type: 'symlink', target: '/' },
      { path: 'b', type: 'symlink', target: 'a/../..' },
      { path: 'c', type: 'symlink', target: `b/a/${outside}` },
      { path: 'c/x', data: 'x' },
    ),
    tree(
      'a directory that becomes a symlink before the next file',
      [...below('x file'), 'd symlink'].sort(),
      { path: 'd/', type: 'directory' },
      { path: 'd/x', data: '1' },
      { path: 'd', type: 'symlink', target: outside },
      { path: 'd/x', data: '2' },
    ),
    tree(
      'a file over a symlink to the host',
      ['victim file'],
      { path: 'victim', type: 'symlink', target: `${outside}/victim` },
      { path: 'victim', data: 'overwritten' },
    ),
    tree(
      'a directory over a symlink to the host',
      ['d directory'],
      { path: 'd', type: 'symlink', target: outside },
      { path: 'd/', type: 'directory', mode: 0o777 },
    ),
    tree('attributes and owners through a symlink', ['s symlink'], {
      path: 's',
      type: 'symlink',
      target: `${outside}/victim`,
      uid: 4711,
      mtime: { seconds: 1, nanoseconds: 0 },
    }),
    tree('a symlink to the agent itself', ['p symlink'], {
      path: 'p',
      type: 'symlink',
      target: '/proc/self/root',
    }),
    refused(
      'symlinks in a circle',
      /symbolic link|loop|'?a\/x/i,
      { path: 'a', type: 'symlink', target: 'b' },
      { path: 'b', type: 'symlink', target: 'a' },
      { path: 'a/x' },
    ),
    refused('a hard link to the host', /mine.*etc\/passwd/, {
      path: 'mine',
      type: 'link',
      target: '/etc/passwd',
    }),
    refused('a hard link to a missing name', /mine.*missing/, {
      path: 'mine',
      type: 'link',
      target: 'missing',
    }),
    refused('a hard link with ..', /leads out/, { path: 'mine', type: 'link', target: `${UP}etc/passwd` }),
    refused(
      'a hard link through a symlink',
      /mine.*s\/victim/,
      { path: 's', type: 'symlink', target: outside },
      { path: 'mine', type: 'link', target: 's/victim' },
    ),
    refused(
      'a hard link to a directory',
      /mine.*d/,
      { path: 'd/', type: 'directory' },
      { path: 'mine', type: 'link', target: 'd' },
    ),
    refused('a hard link to the root', /no file/, { path: 'mine', type: 'link', target: './' }),
    refused('a hard link to itself', /mine.*mine/, { path: 'mine', type: 'link', target: 'mine' }),
    refused(
      'a hard link with a path in a pax header',
      /mine.*etc\/shadow/,
      pax([['linkpath', '/etc/shadow']], { path: 'mine', type: 'link', target: 'a' }),
    ),
    tree(
      'data for a hard link to a symlink',
      ['h file', 's symlink'],
      { path: 's', type: 'symlink', target: `${outside}/victim` },
      { path: 'h', type: 'link', target: 's' },
      { path: 'h', data: 'overwritten' },
    ),
    refused('a root that is a symlink', /root is a symlink/, {
      path: './',
      type: 'symlink',
      target: outside,
    }),
    refused('a file as the root', /root is a file/, { path: '/', data: 'x' }),
    refused('a file below a file', /a\/b/, { path: 'a', data: 'x' }, { path: 'a/b', data: 'x' }),
    refused('a symlink without a target', /no usable target/, { path: 's', type: 'symlink', target: '' }),
    refused(
      'a symlink with an endless target',
      /no usable target/,
      pax([['linkpath', 'x'.repeat(5000)]], { path: 's', type: 'symlink' }),
    ),
  ];
}

/** Whiteouts: what hides a name of the layers below. */
export const WHITEOUTS: readonly HostileArchive[] = [
  refused('a whiteout of no name', /hides no name/, { path: 'a/.wh.' }),
  refused('a whiteout of the directory itself', /hides no name/, { path: 'a/.wh..' }),
  refused('a whiteout of the directory above', /hides no name/, { path: 'a/.wh...' }),
  refused('a whiteout with a slash in its name', /leads through a whiteout/, { path: '.wh.a/b', data: 'x' }),
  refused('a whiteout that leads out', /leads out/, { path: '../.wh.etc' }),
  tree('a whiteout of what never was', ['gone character'], {
    path: '.wh.gone',
  }),
  tree(
    'a whiteout with data, as a directory and as a symlink',
    ['a character', 'b character', 'c character'],
    { path: '.wh.a', data: 'x'.repeat(1000) },
    { path: '.wh.b', type: 'directory' },
    { path: '.wh.c', type: 'symlink', target: '/' },
  ),
  refused(
    'an opaque mark through a symlink',
    /opaque directory s/,
    { path: 'e/', type: 'directory' },
    { path: 's', type: 'symlink', target: 'e' },
    { path: 's/.wh..wh..opq' },
  ),
];

/** Odd but harmless: taken at its word. */
export const ODD: readonly HostileArchive[] = [
  tree(
    'devices, FIFOs and programs with set-user-id',
    ['fifo fifo', 'sda block', 'su file'],
    { path: 'sda', type: 'block', major: 8, minor: 0, mode: 0o666 },
    { path: 'fifo', type: 'fifo' },
    { path: 'su', mode: 0o6755, data: 'x' },
  ),
  tree(
    'one name as file, directory, symlink and file again',
    ['n file'],
    { path: 'n' },
    { path: 'n/', type: 'directory' },
    { path: 'n/below' },
    { path: 'n', type: 'symlink', target: 'x' },
    { path: 'n', data: 'last' },
  ),
  tree(
    'names with new lines, escapes and odd letters',
    [
      '-rf file',
      'C:\\x file',
      '\\..\\x file',
      'a\nb file',
      'e\u0301 file',
      'x\u001b[2J file',
      '\u00e9 file',
      '\u202egnp.exe file',
    ]
      .map((line) => Buffer.from(line).toString('latin1'))
      .sort(),
    ...['-rf', 'C:\\x', '\\..\\x', 'a\nb', 'e\u0301', 'x\u001b[2J', '\u00e9', '\u202egnp.exe'].map(
      (path) => ({ path }),
    ),
  ),
  tree('attributes of the host and of overlay', ['x file'], {
    path: 'x',
    xattrs: new Map(
      ['trusted.overlay.redirect', 'user.overlay.opaque', 'security.selinux', 'system.none', 'noname'].map(
        (name) => [name, Buffer.from('/etc')],
      ),
    ),
  }),
  tree(
    'a pax size that wins over the header',
    ['after file', 'x file'],
    pax([['size', '512']], changed(SIZE_AT, '00000000000\0')),
    Buffer.alloc(512, 'd'),
    { path: 'after' },
  ),
  tree('an empty pax name, which is none', ['x file'], pax([['path', '']])),
  tree('fractions of a time without end', ['x file'], pax([['mtime', `1.${'9'.repeat(5000)}`]])),
  tree('rubbish behind the end', ['x file'], { path: 'x' }, TAR_END, Buffer.alloc(100_000, 'rubbish')),
];

/** Headers that lie or contradict themselves. */
export const DAMAGED: readonly HostileArchive[] = [
  { name: 'nothing', archive: Buffer.alloc(0), refused: /is empty/ },
  refused('text', /no tar archive/, Buffer.from('hello\n'.repeat(300))),
  refused('a wrong checksum', /checksum/, { path: 'a' }, changedAfterSeal()),
  refused('a negative size', /negative size/, changed(SIZE_AT, Buffer.alloc(12, 0xff))),
  refused(
    'a size beyond all numbers',
    /out of range/,
    changed(SIZE_AT, Buffer.from([0x80, ...Array(11).fill(0x7f)])),
  ),
  refused('a size of which nothing follows', /cut off|more than/, changed(SIZE_AT, '77777777777\0')),
  refused('a size that is no number', /malformed/, changed(SIZE_AT, 'twelve bytes')),
  refused('a pax size below zero', /malformed size/, pax([['size', '-1']])),
  refused('a pax size of 2^64', /malformed size/, pax([['size', '18446744073709551616']])),
  refused(
    'a pax size beyond the archive',
    /file 'x' has 9000000000000 bytes/,
    pax([['size', '9000000000000']]),
  ),
  refused('a pax name with a NUL', /NUL/, pax([['path', 'a\0b']])),
  refused('a pax record that is longer than its header', /malformed/, craftRaw('x', '999 path=x\n'), {
    path: 'x',
  }),
  refused('a pax record of no length', /malformed/, craftRaw('x', '0 path=x\n'), { path: 'x' }),
  refused('a pax header of two megabytes', /2097\d* bytes/, pax([['comment', 'x'.repeat(2 ** 21)]])),
  refused(
    'pax headers without end',
    /pile up/,
    ...Array.from({ length: 5 }, () => craftRaw('x', formatPaxRecord('comment', 'x'.repeat(300_000)))),
    { path: 'x' },
  ),
  refused(
    'a pax header for nothing',
    /between a header and its file/,
    craftRaw('x', formatPaxRecord('path', 'x')),
  ),
  refused('a global name', /global pax header sets 'path'/, craftRaw('g', formatPaxRecord('path', 'x')), {
    path: 'a',
  }),
  refused('an owner out of range', /out of range/, pax([['uid', '4294967295']])),
  refused(
    'a device out of range',
    /impossible number/,
    pax([['SCHILY.devmajor', '70000']], { path: 'x', type: 'character' }),
  ),
  refused('an unknown type', /unknown type/, craftRaw('Z', '')),
  refused(
    'an attribute of a megabyte',
    /extended attribute|pax|bytes/,
    pax([['SCHILY.xattr.user.x', 'x'.repeat(100_000)]]),
  ),
  refused(
    'an access control list that is none',
    /access control list/,
    pax([['SCHILY.acl.access', 'everybody']]),
  ),
  refused('a name of 256 bytes', /256 bytes/, pax([['path', 'x'.repeat(256)]])),
  refused('a path of 5000 bytes', /bytes long/, pax([['path', 'x/'.repeat(2500)]])),
  refused(
    'a sparse map that descends',
    /contradicts/,
    pax(
      [
        ['GNU.sparse.size', '1000'],
        ['GNU.sparse.map', '100,1,0,1'],
      ],
      { path: 'x', data: 'ab' },
    ),
  ),
];

/** Little that wants to become much. */
export function bombs(): HostileArchive[] {
  const zeros = craftArchive({ path: 'zeros', data: Buffer.alloc(300 * 2 ** 20) });
  return [
    refused(
      '100,000 directories in one name',
      /bytes long|header of/,
      pax([['path', `${'d/'.repeat(100_000)}x`]]),
    ),
    refused('1500 directories in one name', /directories deep/, pax([['path', `${'d/'.repeat(1500)}x`]])),
    refused(
      'a sparse file of eight exbibytes',
      /bytes/,
      pax([
        ['GNU.sparse.size', '9000000000000000'],
        ['GNU.sparse.map', ''],
      ]),
    ),
    refused(
      'sparse files of more than the whole',
      /more than/,
      ...Array.from({ length: 5 }, (_, index) =>
        pax(
          [
            ['GNU.sparse.size', String(2 ** 40)],
            ['GNU.sparse.map', ''],
          ],
          { path: `x${index}` },
        ),
      ),
    ),
    { name: 'a gzip bomb', archive: gzipSync(zeros, { level: 9 }), refused: /grows more than 200-fold/ },
    { name: 'a zstd bomb', archive: zstdCompressSync(zeros), refused: /grows more than 200-fold/ },
    { name: 'a zstd window of two exbibytes', archive: ZSTD_WINDOW, refused: /zstd/ },
    { name: 'an xz dictionary of four gibibytes', archive: xzDictionary(), refused: /xz/ },
  ];
}

/** RFC 8878, 3.1.1.1.2: window descriptor with the largest exponent, then one raw block that says to be the last, of three bytes. */
const ZSTD_WINDOW = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x19, 0x00, 0x00, 1, 2, 3]);

/** The .xz file format, 1.0.4, 3.1: a block header whose LZMA2 filter wants the largest dictionary (40). */
function xzDictionary(): Buffer {
  const flags = Buffer.from([0x00, 0x01]);
  const header = Buffer.from([0x02, 0x00, 0x21, 0x01, 40, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    flags,
    checksum(flags),
    header,
    checksum(header),
    Buffer.alloc(600, 1),
  ]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(bytes));
  return sum;
}

function changedAfterSeal(): Buffer {
  const header = craftEntry({ path: 'b' });
  header[0] = 0x7a;
  return header;
}
