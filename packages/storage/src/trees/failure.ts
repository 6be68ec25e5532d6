import { constants } from 'node:os';
import { BoxError } from '@boxyard/spec';
import { printable } from '../tar/failure.ts';
import { diskFailure } from '../unpack/helper-failure.ts';

const {
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  EMFILE,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  EPERM,
  EROFS,
  ESRCH,
} = constants.errno;
const CALLERS_FAULTS = new Set([EEXIST, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOTDIR, EPERM]);
/** u32 errno, u16 opcode, u16 operation index. */
const ERROR_HEADER_BYTES = 8;

/** The error frame of a helper in mode read or write (docs/protocol.md) as what the user is told. */
export function treeFailure(payload: Uint8Array): BoxError {
  if (payload.length < ERROR_HEADER_BYTES) return treeHelperVanished();
  const errno = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
  const text = printable(payload.subarray(ERROR_HEADER_BYTES));
  const details = { errno };
  if (errno === EROFS) {
    return new BoxError('PERMISSION_DENIED', text, { hint: 'that place is read-only in the box', details });
  }
  const disk = diskFailure(errno, text, details);
  if (disk) return disk;
  if (errno === ESRCH) {
    return new BoxError('WRONG_STATE', 'the box ended just now', { hint: 'try again', details });
  }
  if (errno === ENOENT) return new BoxError('NOT_FOUND', text, { details });
  if (errno === EBUSY) return new BoxError('IN_USE', text, { hint: 'something is mounted there', details });
  if (errno === EACCES) return new BoxError('PERMISSION_DENIED', text, { details });
  if (errno === EMFILE || CALLERS_FAULTS.has(errno))
    return new BoxError('INVALID_ARGUMENT', text, { details });
  return new BoxError('INTERNAL', text, { details });
}

export function treeHelperVanished(): BoxError {
  return new BoxError('INTERNAL', 'the helper that handles files ended without an answer', {
    hint: 'see the kernel log: it may have been killed for lack of memory',
  });
}

/** A file system behind the path (FUSE, a network) hangs. */
export function treeTimeout(): BoxError {
  return new BoxError('TIMEOUT', 'a file system does not answer', {
    hint: 'look at what is mounted there: a network or a program may hang',
  });
}
