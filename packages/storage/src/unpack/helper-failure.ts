import { constants } from 'node:os';
import { BoxError, OPERATIONS } from '@boxyard/spec';
import { printable } from '../tar/failure.ts';

const { EDQUOT, EFBIG, ENOSPC, EROFS } = constants.errno;
const { EEXIST, EINVAL, EISDIR, ELOOP, EMLINK, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM, ENOTEMPTY } =
  constants.errno;

/** What an archive can cause by contradicting itself: a file below a file, a hard link to nothing, links in a circle. */
const ARCHIVE_FAULTS = new Set([
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  EMLINK,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  EPERM,
]);

/** The error frame of a helper (docs/protocol.md: `u32 errno, u16 opcode, u16 operation index, text`) as what the user is told. */
export function helperFailure(payload: Uint8Array): BoxError {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.length < 8) return helperVanished(new Error('short error frame'));
  const errno = view.getUint32(0, true);
  const opcode = view.getUint16(4, true);
  const text = printable(payload.subarray(8));
  const details = { errno, operation: operationName(opcode) };
  const disk = diskFailure(errno, text, details);
  if (disk) return disk;
  if (ARCHIVE_FAULTS.has(errno)) {
    return new BoxError('INVALID_ARGUMENT', text, {
      hint: 'the archive contradicts itself or does not fit this file system',
      details,
    });
  }
  return new BoxError('INTERNAL', text, { details });
}

/** What the disk says no to, whoever asked; undefined for other errors. */
export function diskFailure(
  errno: number | undefined,
  text: string,
  details: Record<string, unknown> = {},
): BoxError | undefined {
  switch (errno) {
    case ENOSPC:
    case EDQUOT:
      return new BoxError('RESOURCE_EXHAUSTED', `the disk is full (${text})`, {
        hint: 'free some space below BOXYARD_ROOT, then try again; nothing was left behind',
        details,
      });
    case EFBIG:
      return new BoxError('RESOURCE_EXHAUSTED', `a file is larger than the file system takes (${text})`, {
        hint: 'put BOXYARD_ROOT on a file system that takes such files',
        details,
      });
    case EROFS:
      return new BoxError('UNAVAILABLE', `the file system is read-only (${text})`, {
        hint: 'mount the file system of BOXYARD_ROOT writable',
        details,
      });
    default:
      return undefined;
  }
}

export function helperVanished(cause?: unknown): BoxError {
  return new BoxError('INTERNAL', 'the unpack helper ended without an answer', {
    hint: 'see the kernel log: it may have been killed for lack of memory',
    ...(cause === undefined ? {} : { cause }),
  });
}

function operationName(opcode: number): string {
  for (const [name, { code }] of Object.entries(OPERATIONS)) if (code === opcode) return name;
  return 'none';
}
