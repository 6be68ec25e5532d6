/**
 * Reading a directory tree that somebody else may be changing. Every directory is opened once and its entries are named through that
 * descriptor (`/proc/self/fd/N/name`), so no link put in the way leads elsewhere and no path is too long. For Workers only: all calls
 * are synchronous.
 */
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { BoxError } from '@boxyard/spec';
import { printable } from '../tar/failure.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** An entry, valid until the walk goes on. */
export interface TreeEntry {
  /** Relative to the tree's root; empty for the root itself. */
  path: Buffer;
  /** Where it can be reached now. The last component may be a link: do not follow it. */
  at: Buffer;
  status: BigIntStats;
  /** A directory of another file system: reported, not entered. */
  mountPoint: boolean;
}

interface OpenDirectory {
  fd: number;
  path: Buffer;
  names: Buffer[];
  next: number;
}

/**
 * The root and everything below it, directories before what they hold, names in byte order: the same tree always gives the same walk.
 * Entries that vanish meanwhile are left out. Throws BoxError when the root is no directory or the tree is deeper than `maxDepth`.
 */
export function* walkTree(root: string, maxDepth: number): Generator<TreeEntry> {
  const stack: OpenDirectory[] = [];
  try {
    const fd = openRoot(root);
    stack.push({ fd, path: Buffer.alloc(0), names: namesOf(fd), next: 0 });
    const status = fstatSync(fd, { bigint: true });
    yield { path: Buffer.alloc(0), at: Buffer.from(`/proc/self/fd/${fd}/.`), status, mountPoint: false };
    while (stack.length > 0) {
      const directory = stack.at(-1) as OpenDirectory;
      const name = directory.names[directory.next++];
      if (!name) {
        closeSync(directory.fd);
        stack.pop();
        continue;
      }
      const at = Buffer.concat([Buffer.from(`/proc/self/fd/${directory.fd}/`), name]);
      const entry = present(() => lstatSync(at, { bigint: true }));
      if (!entry) continue;
      const path =
        directory.path.length === 0 ? name : Buffer.concat([directory.path, Buffer.from('/'), name]);
      const mountPoint = entry.isDirectory() && entry.dev !== status.dev;
      yield { path, at, status: entry, mountPoint };
      if (!entry.isDirectory() || mountPoint) continue;
      if (stack.length > maxDepth) {
        throw new BoxError(
          'INVALID_ARGUMENT',
          `directory '${printable(path)}' is more than ${maxDepth} deep`,
          {
            hint: 'remove it or import a smaller tree',
          },
        );
      }
      const child = present(() => openSync(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK));
      if (child !== undefined) stack.push({ fd: child, path, names: namesOf(child), next: 0 });
    }
  } finally {
    for (const { fd } of stack) closeSync(fd);
  }
}

function openRoot(root: string): number {
  try {
    return openSync(root, O_RDONLY | O_DIRECTORY);
  } catch (error) {
    throw sourceFailure(error, root);
  }
}

function namesOf(fd: number): Buffer[] {
  return readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).sort(Buffer.compare);
}

/** What a call gives, or undefined when the entry is gone or became something else. */
function present<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
}

/** Why a file or directory that the user named cannot be read. */
export function sourceFailure(error: unknown, path: string): BoxError {
  if (error instanceof BoxError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const shown = printable(Buffer.from(path));
  switch (code) {
    case 'ENOENT':
      return new BoxError('NOT_FOUND', `'${shown}' does not exist`, {
        hint: 'the path is looked up on the host of the agent',
        cause: error,
      });
    case 'ENOTDIR':
      return new BoxError('INVALID_ARGUMENT', `'${shown}' is not a directory`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new BoxError('PERMISSION_DENIED', `the agent may not read '${shown}'`, {
        hint: 'give the agent read permission, or pass the archive on standard input',
        cause: error,
      });
    default:
      return new BoxError('INTERNAL', `cannot read '${shown}': ${message}`, { cause: error });
  }
}
