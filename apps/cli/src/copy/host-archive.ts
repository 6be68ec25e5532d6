import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { BoxError } from '@boxyard/spec';
import { formatEntry, formatPadding, printable, TAR_END, type TarEntry } from '@boxyard/storage/tar';

const READ_BYTES = 256 * 1024;
const SLASH = Buffer.from('/');
const NANOSECONDS = 1_000_000_000n;

/**
 * A file or directory of this machine as a tar archive, under `name` ('' for what a directory holds). Links in it are stored, the one at
 * the end of `path` is followed with `followLink`. Sockets are left out. @throws BoxError NOT_FOUND, PERMISSION_DENIED
 */
export async function* archiveHostPath(
  path: string,
  { name, followLink }: { name: string; followLink: boolean },
): AsyncGenerator<Uint8Array> {
  yield* new HostArchiver().walk(Buffer.from(path), { name: Buffer.from(name), followLink });
  yield TAR_END;
}

class HostArchiver {
  /** First name of every file that has more than one. */
  readonly #linked = new Map<string, Buffer>();
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  *walk(path: Buffer, { name, followLink }: { name: Buffer; followLink: boolean }): Generator<Uint8Array> {
    const status = look(path, followLink);
    const type = typeOf(status);
    if (!type) return;
    const directory = type === 'directory';
    const ending = directory ? Buffer.from(name.length === 0 ? './' : '/') : Buffer.alloc(0);
    const entry = describe(path, { status, type, name: Buffer.concat([name, ending]) });
    const key = `${status.dev}:${status.ino}`;
    const first = this.#linked.get(key);
    if (!directory && status.nlink > 1n) {
      if (first) {
        yield formatEntry({ ...entry, type: 'link', target: first, size: 0 });
        return;
      }
      this.#linked.set(key, entry.path);
    }
    yield formatEntry(entry);
    if (type === 'file') yield* this.#content(path, entry);
    if (!directory) return;
    for (const child of names(path)) {
      const inside = Buffer.concat(name.length === 0 ? [child] : [name, SLASH, child]);
      yield* this.walk(Buffer.concat([path, SLASH, child]), { name: inside, followLink: false });
    }
  }

  /** Exactly the size that the header says: cut off, or filled with zeros when it became shorter. */
  *#content(path: Buffer, { size }: TarEntry): Generator<Uint8Array> {
    if (size === 0) return;
    const fd = guarded(path, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    try {
      if (!fstatSync(fd).isFile()) throw changed(path);
      for (let at = 0; at < size; ) {
        const wanted = Math.min(READ_BYTES, size - at);
        const read = guarded(path, () => readSync(fd, this.#buffer, 0, wanted, at));
        if (read === 0) this.#buffer.fill(0, 0, wanted);
        // Copied: what was sent may still wait to be written when the next piece is read.
        const piece = Uint8Array.prototype.slice.call(this.#buffer, 0, read || wanted);
        yield piece;
        at += piece.length;
      }
      yield formatPadding(size);
    } finally {
      closeSync(fd);
    }
  }
}

function describe(
  path: Buffer,
  { status, type, name }: { status: BigIntStats; type: TarEntry['type']; name: Buffer },
): TarEntry {
  const seconds = status.mtimeNs / NANOSECONDS - (status.mtimeNs % NANOSECONDS < 0n ? 1n : 0n);
  return {
    type,
    path: name,
    target: type === 'symlink' ? readlinkSync(path, { encoding: 'buffer' }) : Buffer.alloc(0),
    mode: Number(status.mode) & 0o7777,
    uid: Number(status.uid),
    gid: Number(status.gid),
    mtime: { seconds: Number(seconds), nanoseconds: Number(status.mtimeNs - seconds * NANOSECONDS) },
    size: type === 'file' ? Number(status.size) : 0,
    // As glibc's gnu_dev_major and gnu_dev_minor take dev_t apart.
    major: Number(((status.rdev >> 8n) & 0xfffn) | ((status.rdev >> 32n) & 0xfffff000n)),
    minor: Number((status.rdev & 0xffn) | ((status.rdev >> 12n) & 0xffffff00n)),
    xattrs: new Map(),
  };
}

function typeOf(status: BigIntStats): TarEntry['type'] | undefined {
  if (status.isFile()) return 'file';
  if (status.isDirectory()) return 'directory';
  if (status.isSymbolicLink()) return 'symlink';
  if (status.isCharacterDevice()) return 'character';
  if (status.isBlockDevice()) return 'block';
  return status.isFIFO() ? 'fifo' : undefined;
}

const look = (path: Buffer, follow: boolean): BigIntStats =>
  guarded(path, () => (follow ? statSync(path, { bigint: true }) : lstatSync(path, { bigint: true })));

const names = (path: Buffer): Buffer[] =>
  guarded(path, () => readdirSync(path, { encoding: 'buffer' })).sort(Buffer.compare);

function guarded<T>(path: Buffer, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const shown = printable(path);
    if (code === 'ENOENT') throw new BoxError('NOT_FOUND', `cp: there is no file or directory ${shown}`);
    if (code === 'EACCES' || code === 'EPERM') {
      throw new BoxError('PERMISSION_DENIED', `cp: ${shown} cannot be read`, { cause: error });
    }
    throw new BoxError('UNAVAILABLE', `cp: ${shown} cannot be read: ${message}`, { cause: error });
  }
}

function changed(path: Buffer): BoxError {
  return new BoxError('UNAVAILABLE', `cp: ${printable(path)} changed while it was read`, {
    hint: 'try again',
  });
}
