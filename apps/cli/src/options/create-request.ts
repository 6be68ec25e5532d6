/** What the agent is asked for because of the flags of `run` and `create`. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { CreateInput } from '@boxyard/api';
import { type Caller, type RunLine, requestOf } from '@boxyard/api/run-command';
import { BoxError, mergeEnvironment, parseEnvironmentFile, parseEnvironmentFlag } from '@boxyard/spec';

/** This process: its environment, its files, its directory. */
const CALLER: Caller = {
  variable: (key) => process.env[key],
  readFile: readText,
  absolute: (path) => resolve(path.replace(/^~(?=\/|$)/, homedir())),
};

/**
 * Everything the line says as the agent's `create` takes it. Reads env files.
 * @throws BoxError INVALID_ARGUMENT naming the flag: the first thing that is wrong
 */
export function createRequest(
  line: RunLine,
  session: { tty: boolean; openStdin: boolean },
): CreateInput & { id: string } {
  const { request, problems } = requestOf(line, CALLER);
  const [problem] = problems;
  if (problem) {
    throw new BoxError('INVALID_ARGUMENT', problem.message, problem.hint ? { hint: problem.hint } : {});
  }
  // The id is ours to choose, so that asking again after a lost connection makes nothing twice.
  return { ...request, ...session, id: randomBytes(32).toString('hex') };
}

/** Env files first, `-e` after them: the later one of a key wins. */
export function environment({ env = [], envFile = [] }: { env?: string[]; envFile?: string[] }): string[] {
  const files = envFile.map((file) => parseEnvironmentFile(readText(file), file, CALLER.variable));
  const flags = env
    .map((text) => parseEnvironmentFlag(text, CALLER.variable))
    .filter((entry) => entry !== undefined);
  return mergeEnvironment(...files, flags);
}

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new BoxError('NOT_FOUND', `--env-file ${file}: there is no such file`);
    const why = error instanceof TypeError ? 'it is no UTF-8 text' : (error as Error).message;
    throw new BoxError('INVALID_ARGUMENT', `--env-file ${file}: ${why}`, { cause: error });
  }
}
