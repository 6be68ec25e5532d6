/** What an archive says of one file: header, GNU long names and pax records taken together. */
import { parseAcl } from './acl.ts';
import { damaged, printable, tooLarge } from './failure.ts';
import type { TarHeader } from './header.ts';
import type { TarLimits } from './limits.ts';
import { type PaxRecord, parsePaxId, parsePaxNumber, parsePaxTime, type Timestamp } from './pax.ts';
import { parsePaxSparse, type SparseMap } from './sparse.ts';

export type TarEntryType = 'file' | 'directory' | 'symlink' | 'link' | 'character' | 'block' | 'fifo';

export interface TarEntry {
  type: TarEntryType;
  /** As stored: not normalised, may lead anywhere. */
  path: Buffer;
  /** Target of a symlink or hard link, as stored; empty otherwise. */
  target: Buffer;
  /** Permission bits with setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  mtime: Timestamp;
  /** Logical bytes of a file, holes included. */
  size: number;
  major: number;
  minor: number;
  xattrs: ReadonlyMap<string, Buffer>;
}

/** An entry and how its data lies in the archive. */
export interface StoredEntry extends TarEntry {
  /** Bytes in the archive, without padding. */
  stored: number;
  sparse?: { map?: SparseMap };
}

/** Extension headers that came before an entry's own. */
export interface Extensions {
  longName?: Buffer;
  longLink?: Buffer;
  /** Global ones first, then the entry's own; the last of a key counts. */
  pax: readonly PaxRecord[];
}

/** Kernel's MINORBITS and what is left of a 32-bit dev_t. */
const MAX_MAJOR = 0xfff;
const MAX_MINOR = 0xfffff;

const TYPES: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  // Contiguous file: nobody lays them out so any more, all read it as a file.
  '7': 'file',
  S: 'file',
  // GNU's directory of an incremental archive; its data is a list of names.
  D: 'directory',
};

/** Puts an entry together. Throws BoxError for what cannot be: types nobody can make, numbers out of range. */
export function makeEntry(header: TarHeader, extensions: Extensions, limits: TarLimits): StoredEntry {
  const pax = lastOfEach(extensions.pax);
  const sparse =
    header.type !== 'S' && hasSparseRecords(extensions.pax) ? parsePaxSparse(extensions.pax) : undefined;
  const path = sparse?.name ?? pax.get('path') ?? extensions.longName ?? header.name;
  const type = TYPES[header.type];
  if (!type) {
    throw damaged(
      `entry '${printable(path)}' is of the unknown type '${printable(Buffer.from(header.type, 'latin1'))}'`,
    );
  }
  const number = (key: string, fallback: number) => {
    const value = pax.get(key);
    return value ? parsePaxNumber(key, value) : fallback;
  };
  const id = (key: string, fallback: number) => {
    const value = pax.get(key);
    return value ? parsePaxId(key, value) : fallback;
  };
  const time = pax.get('mtime');
  const hasData = type === 'file' || header.type === 'D';
  // Historic tars store the size of a link's target though no data follows; all readers take it as 0.
  const stored = hasData ? number('size', header.size) : 0;
  const size = type === 'file' ? (sparse?.realSize ?? stored) : 0;
  if (size > limits.fileBytes) throw tooLarge(`file '${printable(path)}' has ${size} bytes`);
  const entry: StoredEntry = {
    // Version 7 had no type for directories: a name that ends with a slash is one.
    type: type === 'file' && stored === 0 && !sparse && path.at(-1) === 0x2f ? 'directory' : type,
    path,
    target:
      type === 'link' || type === 'symlink'
        ? (pax.get('linkpath') ?? extensions.longLink ?? header.linkName)
        : Buffer.alloc(0),
    mode: header.mode,
    uid: id('uid', header.uid),
    gid: id('gid', header.gid),
    mtime: time ? parsePaxTime(time) : { seconds: header.mtime, nanoseconds: 0 },
    size,
    major: number('SCHILY.devmajor', header.major),
    minor: number('SCHILY.devminor', header.minor),
    xattrs: xattrsOf(pax, limits),
    stored,
  };
  if (sparse) entry.sparse = sparse.map ? { map: sparse.map } : {};
  if (type === 'character' || type === 'block') {
    if (entry.major < 0 || entry.major > MAX_MAJOR || entry.minor < 0 || entry.minor > MAX_MINOR) {
      throw damaged(`device '${printable(path)}' has the impossible number ${entry.major}:${entry.minor}`);
    }
  }
  return entry;
}

const hasSparseRecords = (records: readonly PaxRecord[]) =>
  records.some(([key]) => key.startsWith('GNU.sparse.'));

const NOTHING: ReadonlyMap<string, Buffer> = new Map();

/** An empty value takes an earlier one of the same key back (POSIX). */
function lastOfEach(records: readonly PaxRecord[]): ReadonlyMap<string, Buffer> {
  if (records.length === 0) return NOTHING;
  const last = new Map<string, Buffer>();
  for (const [key, value] of records) {
    // GNU.sparse.map is empty for a file that is one hole, and an attribute may be empty.
    if (value.length === 0 && !/^(GNU\.sparse|SCHILY\.xattr|LIBARCHIVE\.xattr)\./.test(key)) last.delete(key);
    else last.set(key, value);
  }
  return last;
}

/** Lists stored as text, and the attribute that the kernel keeps each in. */
const ACLS = [
  ['SCHILY.acl.access', 'system.posix_acl_access'],
  ['SCHILY.acl.default', 'system.posix_acl_default'],
] as const;

/** star's and GNU tar's spelling holds the value as it is, libarchive's base64 under a percent-encoded name; bsdtar writes both. */
function xattrsOf(pax: ReadonlyMap<string, Buffer>, limits: TarLimits): ReadonlyMap<string, Buffer> {
  let xattrs: Map<string, Buffer> | undefined;
  for (const [key, value] of pax) {
    const star = key.startsWith('SCHILY.xattr.');
    if (!star && !key.startsWith('LIBARCHIVE.xattr.')) continue;
    const name = star
      ? key.slice('SCHILY.xattr.'.length)
      : percentDecode(key.slice('LIBARCHIVE.xattr.'.length));
    const bytes = star ? value : Buffer.from(value.toString('latin1'), 'base64');
    if (bytes.length > limits.xattrBytes || Buffer.byteLength(name) > limits.nameBytes) {
      throw tooLarge(`an extended attribute has ${bytes.length} bytes, the largest is ${limits.xattrBytes}`);
    }
    xattrs ??= new Map();
    if (star || !xattrs.has(name)) xattrs.set(name, bytes);
  }
  for (const [key, name] of ACLS) {
    const text = pax.get(key);
    if (!text || xattrs?.has(name)) continue;
    const value = parseAcl(text);
    xattrs ??= new Map();
    // Under its own key it is no attribute that a file can have: left out with a warning.
    xattrs.set(value ? name : key, value ?? text);
  }
  return xattrs ?? NOTHING;
}

function percentDecode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw damaged('a pax header holds a malformed name of an extended attribute');
  }
}
