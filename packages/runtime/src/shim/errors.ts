import { constants } from 'node:os';
import { errnoName } from '@boxyard/kernel';
import { BoxError, type ErrorCode, OPERATIONS, type OperationName } from '@boxyard/spec';
import type { ShimFailure } from './messages.ts';

const { ENOENT, EPERM, EACCES, EINVAL } = constants.errno;

const OPERATION_BY_CODE = new Map<number, OperationName>(
  Object.entries(OPERATIONS).map(([name, { code }]) => [code, name as OperationName]),
);

interface Meaning {
  code: ErrorCode;
  hint?: string;
}

/** What a failed operation means to a user. Anything not named here is a fault of the host or of ours. */
function meaningOf(operation: OperationName | undefined, errno: number): Meaning {
  switch (operation) {
    case 'exec':
      return errno === ENOENT
        ? { code: 'COMMAND_NOT_FOUND', hint: 'check the spelling and the PATH of the image' }
        : {
            code: 'COMMAND_NOT_EXECUTABLE',
            hint: 'it must be a program or a script with #!, with the x permission',
          };
    case 'resolveUser':
      return { code: 'INVALID_ARGUMENT', hint: 'give a number, or a name from the /etc/passwd of the image' };
    case 'slotTree':
      return errno === ENOENT
        ? { code: 'NOT_FOUND', hint: 'make the file or directory on the host first' }
        : { code: 'INTERNAL' };
    case 'workdir':
      return { code: 'INVALID_ARGUMENT', hint: 'choose a directory that exists in the box (-w)' };
    case 'rlimit':
      if (errno === EPERM)
        return {
          code: 'PERMISSION_DENIED',
          hint: 'ask for a lower limit, or give the agent CAP_SYS_RESOURCE',
        };
      return { code: errno === EINVAL ? 'INVALID_ARGUMENT' : 'INTERNAL' };
    case 'oomScore':
      return { code: errno === EACCES ? 'PERMISSION_DENIED' : 'INTERNAL' };
    case 'mountSlot':
    case 'mountFs':
    case 'hostname':
      return { code: errno === EINVAL ? 'INVALID_ARGUMENT' : 'INTERNAL' };
    default:
      return { code: 'INTERNAL' };
  }
}

/** An `error` frame as the error of the product; `details` holds the plan's operation, its index and the errno. */
export function errorOfFailure(failure: ShimFailure): BoxError {
  const operation = OPERATION_BY_CODE.get(failure.opcode);
  const { code, hint } = meaningOf(operation, failure.errno);
  return new BoxError(code, failure.text || errnoName(failure.errno), {
    ...(hint ? { hint } : {}),
    details: {
      ...(operation ? { operation, index: failure.index } : {}),
      errno: errnoName(failure.errno),
    },
  });
}
