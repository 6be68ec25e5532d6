import { BoxError, type ErrorCode } from '@boxyard/spec';
import { note } from './print.ts';
import { style } from './style.ts';

/** Docker's exit codes: 127 command not found, 126 not executable, 125 everything that went wrong on our side; 130 after Ctrl-C. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  COMMAND_NOT_FOUND: 127,
  COMMAND_NOT_EXECUTABLE: 126,
  CANCELLED: 130,
};
export const EXIT_OWN_ERROR = 125;

export function exitCodeFor(error: unknown): number {
  return (error instanceof BoxError && EXIT_CODES[error.code]) || EXIT_OWN_ERROR;
}

/** An error as one line: what and why, then what to do. */
export function errorLine(error: unknown): string {
  const { message, hint } = BoxError.from(error);
  return [message, hint]
    .filter((part) => part !== undefined && part !== '')
    .join(': ')
    .replace(/\s*\n\s*/g, ' ');
}

export function reportError(error: unknown): void {
  note(`${style('box:', 'red', 2)} ${errorLine(error)}`);
}

/** Each call has a connection of its own, and a unix socket lets some 500 knock at once: the rest would be turned away. */
const AT_ONCE = 128;

/**
 * Does the same to each of several names, prints what it gives, reports each failure on its own line and goes on with the rest, as
 * `docker rm a b c` does.
 * @returns the exit code: 0, or that of the first failure
 */
export async function forEach(
  names: readonly string[],
  act: (name: string) => Promise<string | undefined>,
  emit: (line: string) => void,
): Promise<number> {
  let code = 0;
  const running = atMost(AT_ONCE, names, act);
  // Failures are looked at in the order of the names; until then nobody handles them.
  for (const promise of running) promise.catch(() => undefined);
  for (const promise of running) {
    try {
      const line = await promise;
      if (line !== undefined) emit(line);
    } catch (error) {
      reportError(error);
      code ||= exitCodeFor(error);
    }
  }
  return code;
}

/** One promise for each name, in their order; the first `most` begin at once, each further one when the one so many places before it is done. */
function atMost<T>(most: number, names: readonly string[], act: (name: string) => Promise<T>): Promise<T>[] {
  const promises: Promise<T>[] = [];
  for (const [index, name] of names.entries()) {
    const before = promises[index - most];
    promises.push(before ? before.then(nothing, nothing).then(() => act(name)) : act(name));
  }
  return promises;
}

const nothing = () => undefined;
