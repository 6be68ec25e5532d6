import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { dataRanges, readXattrs } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import type { TarEntry, TarEntryType } from '../tar/entry.ts';
import { printable } from '../tar/failure.ts';
import { formatEntry, formatPadding, TAR_END } from '../tar/format.ts';
import { TAR_LIMITS } from '../tar/limits.ts';
import type { SparseMap } from '../tar/sparse.ts';
import { type TreeEntry, walkTree } from './tree.ts';
import { isPortableXattr } from './xattrs.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const READ_BYTES = 256 * 1024;

/**
 * A directory tree as a pax archive, chunk by chunk: owners, modes, nanoseconds, hard links, devices, extended attributes, holes. The
 * same tree always gives the same bytes. Nothing but regular files is opened; other file systems mounted in the tree are left out, as
 * are sockets, and named in `warnings`. A chunk is valid until the next is asked for.
 */
export function* archiveDirectory(root: string, warnings: string[]): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  /** First name of every file that has more than one. */
  const linked = new Map<string, Buffer>();
  for (const found of walkTree(root, TAR_LIMITS.depth)) {
    const { status } = found;
    const type = typeOf(status);
    if (!type) {
      warnings.push(`socket '${printable(found.path)}' was left out`);
      continue;
    }
    if (found.mountPoint) {
      warnings.push(`'${printable(found.path)}' is another file system: its content was left out`);
    }
    const entry = entryOf(found, type);
    if (status.nlink > 1n && type !== 'directory') {
      const key = `${status.dev}:${status.ino}`;
      const first = linked.get(key);
      if (first) {
        yield formatEntry({ ...entry, type: 'link', target: first, size: 0, xattrs: new Map() });
        continue;
      }
      linked.set(key, entry.path);
    }
    if (type === 'file') yield* archiveFile(found, entry, buffer);
    else yield formatEntry(entry);
  }
  yield TAR_END;
}

/** The archive's entry for a file of a tree, its data left out. */
export function entryOf({ path, at, status }: Omit<TreeEntry, 'mountPoint'>, type: TarEntryType): TarEntry {
  const seconds = status.mtimeNs / 1_000_000_000n - (status.mtimeNs % 1_000_000_000n < 0n ? 1n : 0n);
  const xattrs = [...readXattrs(at)].filter(([name]) => isPortableXattr(name));
  return {
    type,
    path: type === 'directory' ? Buffer.concat([path, Buffer.from(path.length === 0 ? './' : '/')]) : path,
    target: type === 'symlink' ? readlinkSync(at, { encoding: 'buffer' }) : Buffer.alloc(0),
    mode: Number(status.mode) & 0o7777,
    uid: Number(status.uid),
    gid: Number(status.gid),
    mtime: { seconds: Number(seconds), nanoseconds: Number(status.mtimeNs - seconds * 1_000_000_000n) },
    size: type === 'file' ? Number(status.size) : 0,
    ...deviceNumber(status.rdev),
    xattrs: new Map(xattrs),
  };
}

function* archiveFile({ at, path, status }: TreeEntry, entry: TarEntry, buffer: Buffer): Generator<Buffer> {
  const changed = () =>
    new BoxError('UNAVAILABLE', `'${printable(path)}' changed while it was read`, {
      hint: 'stop what writes there and try again',
    });
  const fd = openSync(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const opened = fstatSync(fd, { bigint: true });
    if (opened.ino !== status.ino || opened.dev !== status.dev || opened.size !== status.size)
      throw changed();
    const sparse: SparseMap | undefined =
      status.blocks * 512n < status.size ? dataRanges(fd, entry.size) : undefined;
    yield formatEntry(entry, sparse);
    let stored = 0;
    for (const { offset, length } of sparse ?? [{ offset: 0, length: entry.size }]) {
      for (let at = offset; at < offset + length; ) {
        const read = readSync(fd, buffer, 0, Math.min(buffer.length, offset + length - at), at);
        if (read === 0) throw changed();
        yield buffer.subarray(0, read);
        at += read;
      }
      stored += length;
    }
    yield formatPadding(stored);
  } finally {
    closeSync(fd);
  }
}

function typeOf(status: BigIntStats): TarEntryType | undefined {
  if (status.isFile()) return 'file';
  if (status.isDirectory()) return 'directory';
  if (status.isSymbolicLink()) return 'symlink';
  if (status.isCharacterDevice()) return 'character';
  if (status.isBlockDevice()) return 'block';
  if (status.isFIFO()) return 'fifo';
  return undefined;
}

/** dev_t as glibc's gnu_dev_major and gnu_dev_minor take it apart. */
function deviceNumber(rdev: bigint): { major: number; minor: number } {
  return {
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n)),
  };
}
