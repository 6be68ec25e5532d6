import { BoxError, normalizeReference } from '@boxyard/spec';
import { printable } from '../tar/failure.ts';
import { diskFailure } from '../unpack/helper-failure.ts';

const ENDING = /(\.tar|\.tgz|\.txz|\.tzst)?(\.gz|\.gzip|\.zst|\.zstd|\.xz)?$/i;

/** `name:tag` of what the user gave. Throws BoxError INVALID_ARGUMENT. */
export function parseName(name: string): string {
  const tag = normalizeReference(name);
  if (tag) return tag;
  throw new BoxError('INVALID_ARGUMENT', `'${printable(Buffer.from(name))}' is no name for an image`, {
    hint: 'names are lower case letters and digits with . _ - / between, like debian or team/app:1.2',
  });
}

/** The name an archive or directory has by default: its own without the ending, lower case. Throws BoxError when that is none. */
export function nameFromPath(base: string): string {
  const name = base.replace(ENDING, '').toLowerCase();
  const tag = normalizeReference(name);
  if (tag) return tag;
  throw new BoxError(
    'INVALID_ARGUMENT',
    `no name for an image can be made of '${printable(Buffer.from(base))}'`,
    {
      hint: "give one: 'box import FILE NAME'",
    },
  );
}

/** The failure of an import or load as the user reads it: what it was about goes in front (undefined: it has no name), code and hint stay. */
export function importFailure(
  error: unknown,
  what: string | undefined,
  verb: 'import' | 'load' = 'import',
): BoxError {
  const named = what === undefined ? 'the archive' : `'${printable(Buffer.from(what))}'`;
  const { errno, message } = error as NodeJS.ErrnoException;
  const disk = error instanceof BoxError ? undefined : diskFailure(errno && Math.abs(errno), message);
  const { code, message: why, hint, details } = disk ?? BoxError.from(error);
  return new BoxError(code, `cannot ${verb} ${named}: ${why}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
    cause: error,
  });
}
