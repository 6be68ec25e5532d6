/** The closed list of error codes; command-line exit codes, HTTP and tRPC codes and the dashboard's words map from it. */
export const ERROR_CODES = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'AMBIGUOUS',
  'ALREADY_EXISTS',
  'WRONG_STATE',
  'IN_USE',
  'COMMAND_NOT_FOUND',
  'COMMAND_NOT_EXECUTABLE',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'UNSUPPORTED',
  'RESOURCE_EXHAUSTED',
  'DAMAGED',
  'UNAVAILABLE',
  'TIMEOUT',
  'CANCELLED',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface BoxErrorShape {
  code: ErrorCode;
  message: string;
  hint?: string | undefined;
  details?: Record<string, unknown> | undefined;
}

/** Of the system's errors, errno(3). */
const DISK_IS_FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * The one error of the product: what went wrong and why (`message`, no trailing dot), what to do about it (`hint`), `details` for
 * programs (candidates of an ambiguous prefix, the errno, a path). `cause` keeps the error below it.
 */
export class BoxError extends Error {
  override name = 'BoxError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  toJSON(): BoxErrorShape {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }

  /** From what `toJSON` gave, for the other side of a connection; a full disk is said so, anything else becomes INTERNAL. */
  static from(value: unknown): BoxError {
    if (value instanceof BoxError) return value;
    if (value && typeof value === 'object' && 'code' in value && 'message' in value) {
      const shape = value as BoxErrorShape;
      if (ERROR_CODES.includes(shape.code)) {
        return new BoxError(shape.code, String(shape.message), {
          ...(shape.hint === undefined ? {} : { hint: shape.hint }),
          ...(shape.details === undefined ? {} : { details: shape.details }),
        });
      }
    }
    const message = value instanceof Error ? value.message : String(value);
    if (value instanceof Error && 'code' in value && DISK_IS_FULL.has(value.code)) {
      return new BoxError('RESOURCE_EXHAUSTED', `the disk is full (${message})`, {
        hint: 'free some space, then try again',
        cause: value,
      });
    }
    return new BoxError('INTERNAL', message, { cause: value });
  }
}
