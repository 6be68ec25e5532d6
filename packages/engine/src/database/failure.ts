import { BoxError } from '@boxyard/spec';

interface SqliteFailure {
  code: string;
  message: string;
}

function isSqliteFailure(error: unknown): error is SqliteFailure {
  return error instanceof Error && error.name === 'SqliteError' && 'code' in error;
}

/** What an SQLite failure means for a user, or the error itself when it is none. Result codes: sqlite.org/rescode.html. */
export function explainSqliteFailure(error: unknown, path: string): unknown {
  const failure = findFailure(error);
  if (!failure) return error;
  const code = failure.code.replace(/^(SQLITE_[A-Z]+)_.*/, '$1');
  switch (code) {
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return damaged(path, failure.message, error);
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new BoxError('UNAVAILABLE', `the database ${path} is locked by another program`, {
        hint: 'close the program that has it open, then try again',
        cause: error,
      });
    case 'SQLITE_FULL':
      return new BoxError('RESOURCE_EXHAUSTED', `no space left to write the database ${path}`, {
        hint: 'free some space on that file system',
        cause: error,
      });
    case 'SQLITE_IOERR':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
      return new BoxError('UNAVAILABLE', `cannot use the database ${path}: ${failure.message}`, {
        hint: 'check the free space, the mode and the owner of that directory',
        cause: error,
      });
    default:
      return error;
  }
}

/** drizzle wraps the driver's error: it is the cause, at some depth. */
function findFailure(error: unknown): SqliteFailure | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (isSqliteFailure(at)) return at;
  return undefined;
}

export function damaged(path: string, why: string, cause?: unknown): BoxError {
  return new BoxError('DAMAGED', `the database ${path} is damaged: ${why}`, {
    hint: '"box doctor --rebuild" restores it from the container.json files; the damaged one is kept beside it',
    cause,
  });
}
