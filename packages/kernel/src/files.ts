/**
 * What Node's fs lacks for copying trees: extended attributes, holes, syncfs. Plain functions that may sleep on the disk: call them in
 * a Worker, never on the main thread.
 */
import { constants } from 'node:os';
import koffi from 'koffi';
import { KernelError } from './errors.ts';

const { ENODATA, ENXIO, EOPNOTSUPP, ERANGE } = constants.errno;

const lib = koffi.load(null);
const llistxattr = lib.func('long llistxattr(const void *path, void *list, size_t size)') as (
  path: Uint8Array,
  list: Uint8Array,
  size: number,
) => number;
const lgetxattr = lib.func(
  'long lgetxattr(const void *path, const char *name, void *value, size_t size)',
) as (path: Uint8Array, name: string, value: Uint8Array, size: number) => number;
const lsetxattr = lib.func(
  'int lsetxattr(const void *path, const char *name, const void *value, size_t size, int flags)',
) as (path: Uint8Array, name: string, value: Uint8Array, size: number, flags: number) => number;
const lseek = lib.func('long lseek(int fd, long offset, int whence)') as (
  fd: number,
  offset: number,
  whence: number,
) => number;
const syncfs = lib.func('int syncfs(int fd)') as (fd: number) => number;

/** XATTR_LIST_MAX and XATTR_SIZE_MAX: no list and no value is longer. */
const XATTR_MAX_BYTES = 65536;
const list = Buffer.alloc(XATTR_MAX_BYTES);
const value = Buffer.alloc(XATTR_MAX_BYTES);
const NOTHING: ReadonlyMap<string, Buffer> = new Map();

const failed = (operation: string, path?: string) =>
  new KernelError({ operation, path, errno: koffi.errno() });

/**
 * All extended attributes of a file, sorted by name; the last component is not followed if it is a link. `path` is bytes, because names
 * need not be UTF-8. A file system without attributes has none.
 */
export function readXattrs(path: Buffer): ReadonlyMap<string, Buffer> {
  const terminated = Buffer.concat([path, Buffer.alloc(1)]);
  const length = llistxattr(terminated, list, list.length);
  if (length === -1) {
    if (koffi.errno() === EOPNOTSUPP) return NOTHING;
    throw failed('llistxattr', path.toString());
  }
  if (length === 0) return NOTHING;
  const names = list
    .toString('utf8', 0, length - 1)
    .split('\0')
    .sort();
  const attributes = new Map<string, Buffer>();
  for (const name of names) {
    const size = lgetxattr(terminated, name, value, value.length);
    if (size === -1) {
      // Taken away since the list was made, or larger than the kernel's own limit: not ours to keep.
      if (koffi.errno() === ENODATA || koffi.errno() === ERANGE) continue;
      throw failed('lgetxattr', path.toString());
    }
    attributes.set(name, Buffer.from(value.subarray(0, size)));
  }
  return attributes;
}

/** Sets one extended attribute; the last component is not followed if it is a link. */
export function writeXattr(path: Buffer, name: string, bytes: Uint8Array): void {
  const terminated = Buffer.concat([path, Buffer.alloc(1)]);
  if (lsetxattr(terminated, name, bytes, bytes.length, 0) === -1) throw failed('lsetxattr', path.toString());
}

const SEEK_DATA = 3;
const SEEK_HOLE = 4;

/** Where a file of `size` bytes has data, ascending; what lies between is holes. Moves the descriptor's offset. */
export function dataRanges(fd: number, size: number): { offset: number; length: number }[] {
  const ranges: { offset: number; length: number }[] = [];
  for (let at = 0; at < size; ) {
    const start = lseek(fd, at, SEEK_DATA);
    if (start === -1) {
      if (koffi.errno() === ENXIO) break;
      throw failed('lseek SEEK_DATA');
    }
    if (start >= size) break;
    const end = lseek(fd, start, SEEK_HOLE);
    if (end === -1) throw failed('lseek SEEK_HOLE');
    ranges.push({ offset: start, length: Math.min(end, size) - start });
    at = end;
  }
  return ranges;
}

/** Writes everything of the file system that `fd` is on to its disk. */
export function syncFileSystem(fd: number): void {
  if (syncfs(fd) === -1) throw failed('syncfs');
}

/** glibc's malloc_trim(3); other libcs give memory back by themselves or not at all. */
const mallocTrim = loadMallocTrim();

/**
 * Gives memory that was freed back to the system, on a thread of the pool. For after a Worker that used much: glibc keeps what the
 * Worker freed (40 MB after an import) for a thread that may never come.
 */
export function releaseMemory(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (mallocTrim) mallocTrim.async(0, () => resolve());
  else resolve();
  return promise;
}

function loadMallocTrim() {
  try {
    return lib.func('int malloc_trim(size_t pad)');
  } catch {
    return undefined;
  }
}
