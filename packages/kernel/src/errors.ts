import { constants } from 'node:os';

const NAME_BY_NUMBER = new Map<number, string>();
// EWOULDBLOCK and EAGAIN, EDEADLOCK and EDEADLK… share a number: the first name stays, which is the one man pages use.
for (const [name, number] of Object.entries(constants.errno)) {
  if (!NAME_BY_NUMBER.has(number)) NAME_BY_NUMBER.set(number, name);
}
NAME_BY_NUMBER.set(constants.errno.EAGAIN, 'EAGAIN');

/** What strerror(3) says, for the errors that users meet; others go by their name. */
const WORDS: Record<string, string> = {
  EACCES: 'permission denied',
  EBUSY: 'busy',
  EEXIST: 'already exists',
  EINVAL: 'invalid argument',
  ELOOP: 'a symbolic link stands where none may',
  EMFILE: 'too many open files',
  ENODEV: 'not supported by this kernel',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'not a program this kernel can run',
  ENOMEM: 'out of memory',
  ENOSPC: 'no space left',
  ENOSYS: 'not supported by this kernel',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
  ESRCH: 'no such process',
  EXDEV: 'leads out of the directory',
};

/** The symbolic name of an errno, `ENOENT`; `errno 4242` for one that Node does not know. */
export function errnoName(errno: number): string {
  return NAME_BY_NUMBER.get(errno) ?? `errno ${errno}`;
}

/** `no such file or directory (ENOENT)`. */
export function describeErrno(errno: number): string {
  const name = errnoName(errno);
  return WORDS[name] ? `${WORDS[name]} (${name})` : name;
}

/** A system call failed: which, on what, and why. `code` is the symbolic errno, as in Node's own errors. */
export class KernelError extends Error {
  override name = 'KernelError';
  readonly operation: string;
  readonly path: string | undefined;
  readonly errno: number;
  readonly code: string;

  constructor(failure: { operation: string; path?: string | undefined; errno: number; cause?: unknown }) {
    const { operation, path, errno, cause } = failure;
    super(
      `${operation}${path === undefined ? '' : ` ${path}`}: ${describeErrno(errno)}`,
      cause === undefined ? undefined : { cause },
    );
    this.operation = operation;
    this.path = path;
    this.errno = errno;
    this.code = errnoName(errno);
  }
}
