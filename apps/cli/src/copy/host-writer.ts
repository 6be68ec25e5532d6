import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { BoxError } from '@boxyard/spec';
import { normalizePath, printable, TAR_LIMITS, type TarEntry, type TarSink } from '@boxyard/storage/tar';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
/** open(2): a descriptor that only names a place. Node has no name for it. */
const O_PATH = 0o10000000;
/** Without set-user-id and set-group-id. */
const HARMLESS_BITS = 0o1777;
const ALL_BITS = 0o7777;
const SLASH = Buffer.from('/');

export interface HostWriterOptions {
  /** An existing directory. */
  directory: string;
  /** What the archive calls the thing that is copied, and what it is to be called; '' is the directory itself. */
  rename: { from: string; to: string };
  /** Owners and set-user-id bits as in the archive (`-a`); else everything belongs to the caller. */
  archive: boolean;
}

interface OpenDirectory {
  path: Buffer;
  fd: number;
}

/**
 * Writes the entries of an archive that a stranger may have made below a directory of this machine. Nothing outside is touched: each
 * directory on the way is opened by itself and never through a symbolic link, whoever put it there. @throws BoxError
 */
export class HostWriter implements TarSink, Disposable {
  readonly #options: HostWriterOptions;
  readonly #root: number;
  #parent: OpenDirectory | undefined;
  #file: { fd: number; entry: TarEntry; path: Buffer } | undefined;
  /** Modes and times, set at the end: making something in a directory changes its time, and it must be writable until then. */
  readonly #directories: { entry: TarEntry; path: Buffer }[] = [];
  /** What could not be made here, a line each. */
  readonly warnings: string[] = [];

  constructor(options: HostWriterOptions) {
    this.#options = options;
    this.#root = openDestination(options.directory);
  }

  entry(entry: TarEntry): void {
    const path = this.#rename(normalizePath(entry.path, TAR_LIMITS));
    // The destination itself keeps its owner, mode and time.
    if (path.length === 0) {
      if (entry.type !== 'directory') throw refused(path, 'the archive holds no directory');
      return;
    }
    guarded(path, () => this.#make(entry, path));
  }

  data(offset: number, bytes: Buffer): void {
    const file = this.#file;
    if (!file) return;
    guarded(file.path, () => {
      for (let at = 0; at < bytes.length; ) {
        at += writeSync(file.fd, bytes, at, bytes.length - at, offset + at);
      }
    });
  }

  entryEnd(): void {
    const file = this.#file;
    if (!file) return;
    this.#file = undefined;
    try {
      guarded(file.path, () => {
        ftruncateSync(file.fd, file.entry.size);
        this.#finish(file.fd, file.entry);
      });
    } finally {
      closeSync(file.fd);
    }
  }

  /** After the last entry. */
  end(): void {
    for (const { entry, path } of this.#directories.reverse()) {
      guarded(path, () => {
        const fd = openSync(this.#at(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        try {
          this.#finish(fd, entry);
        } finally {
          closeSync(fd);
        }
      });
    }
  }

  [Symbol.dispose](): void {
    if (this.#file) closeSync(this.#file.fd);
    this.#closeParent();
    closeSync(this.#root);
  }

  #make(entry: TarEntry, path: Buffer): void {
    const at = this.#at(path);
    if (entry.type === 'directory') {
      this.#makeDirectory(at, path);
      this.#directories.push({ entry, path });
      return;
    }
    if (entry.type === 'fifo' || entry.type === 'character' || entry.type === 'block') {
      this.warnings.push(`'${printable(path)}' is a device or FIFO and was left out`);
      return;
    }
    makeWay(at, path);
    if (entry.type === 'symlink') {
      symlinkSync(entry.target, at);
      if (this.#options.archive && process.getuid?.() === 0) lchownSync(at, entry.uid, entry.gid);
      lutimesSync(at, timeOf(entry), timeOf(entry));
    } else if (entry.type === 'link') {
      this.#link(this.#rename(normalizePath(entry.target, TAR_LIMITS)), at);
    } else {
      this.#file = { fd: openSync(at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), entry, path };
    }
  }

  #makeDirectory(at: Buffer, path: Buffer): void {
    const found = present(at);
    if (found?.isDirectory()) return;
    if (found) throw refused(path, 'cannot overwrite non-directory with directory');
    mkdirSync(at, 0o700);
  }

  #finish(fd: number, entry: TarEntry): void {
    const { archive } = this.#options;
    if (archive && process.getuid?.() === 0) fchownSync(fd, entry.uid, entry.gid);
    // A stranger's program must not become one that runs as whoever copies it.
    fchmodSync(fd, entry.mode & (archive ? ALL_BITS : HARMLESS_BITS));
    futimesSync(fd, timeOf(entry), timeOf(entry));
  }

  #rename(path: Buffer): Buffer {
    const { from, to } = this.#options.rename;
    const first = Buffer.from(from);
    const itself = first.length === 0 || path.equals(first);
    if (!itself && !path.subarray(0, first.length + 1).equals(Buffer.concat([first, SLASH]))) {
      throw refused(path, 'the archive holds something that was not asked for');
    }
    const rest = path.subarray(first.length === 0 ? 0 : first.length + 1);
    const parts = [Buffer.from(to), rest].filter(({ length }) => length > 0);
    return parts.length === 2
      ? Buffer.concat([parts[0] as Buffer, SLASH, rest])
      : (parts[0] ?? Buffer.alloc(0));
  }

  /** Another name for what this archive made before. */
  #link(target: Buffer, at: Buffer): void {
    const [directory, name] = split(target);
    const fd = this.#open(directory);
    try {
      linkSync(inside(fd, name), at);
    } finally {
      if (fd !== this.#root) closeSync(fd);
    }
  }

  /** How the entry can be reached: by its name in the open directory that holds it. */
  #at(path: Buffer): Buffer {
    const [directory, name] = split(path);
    if (!this.#parent?.path.equals(directory)) {
      const fd = this.#open(directory);
      this.#closeParent();
      this.#parent = { path: Buffer.from(directory), fd };
    }
    return inside(this.#parent.fd, name);
  }

  #closeParent(): void {
    if (this.#parent && this.#parent.fd !== this.#root) closeSync(this.#parent.fd);
    this.#parent = undefined;
  }

  /** The directory of that path, made where it is missing. */
  #open(path: Buffer): number {
    let fd = this.#root;
    for (let start = 0; start < path.length; ) {
      const slash = path.indexOf('/', start);
      const end = slash === -1 ? path.length : slash;
      const at = inside(fd, path.subarray(start, end));
      try {
        if (!present(at)) mkdirSync(at, 0o755);
        const next = openSync(at, O_PATH | O_DIRECTORY | O_NOFOLLOW);
        if (fd !== this.#root) closeSync(fd);
        fd = next;
      } catch (error) {
        if (fd !== this.#root) closeSync(fd);
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error;
        throw refused(path.subarray(0, end), 'it is a link or a file, and nothing is copied through it');
      }
      start = end + 1;
    }
    return fd;
  }
}

function split(path: Buffer): [directory: Buffer, name: Buffer] {
  const slash = path.lastIndexOf('/');
  return [path.subarray(0, Math.max(slash, 0)), path.subarray(slash + 1)];
}

const inside = (fd: number, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name]);

const timeOf = ({ mtime }: TarEntry): number => mtime.seconds + mtime.nanoseconds / 1e9;

function present(at: Buffer): Stats | undefined {
  return lstatSync(at, { throwIfNoEntry: false });
}

/** Files and links are replaced, never written through. */
function makeWay(at: Buffer, path: Buffer): void {
  const found = present(at);
  if (!found) return;
  if (found.isDirectory()) throw refused(path, 'cannot overwrite directory with non-directory');
  if (!found.isFile() && !found.isSymbolicLink()) {
    throw refused(path, 'it is a device, FIFO or socket and is not replaced');
  }
  unlinkSync(at);
}

function openDestination(directory: string): number {
  try {
    return openSync(directory, O_PATH | O_DIRECTORY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' || code === 'ENOTDIR'
      ? new BoxError('NOT_FOUND', `cp: there is no directory ${directory}`, {
          hint: `make it first: mkdir -p ${directory}`,
        })
      : new BoxError('PERMISSION_DENIED', `cp: ${directory} cannot be opened`, { cause: error });
  }
}

function refused(path: Buffer, why: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `cp: '${printable(path)}': ${why}`);
}

function guarded<T>(path: Buffer, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof BoxError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const shown = printable(path);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new BoxError('PERMISSION_DENIED', `cp: '${shown}' cannot be written`, { cause: error });
    }
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new BoxError('RESOURCE_EXHAUSTED', `cp: the disk is full at '${shown}'`, { cause: error });
    }
    throw new BoxError('UNAVAILABLE', `cp: '${shown}': ${message}`, { cause: error });
  }
}
