/** What the agent is asked for because of the flags of `run` and `create`. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { CreateInput } from '@boxyard/api';
import {
  BoxError,
  mergeEnvironment,
  parseDuration,
  parseEnvironmentFile,
  parseEnvironmentFlag,
  parseSize,
  parseTmpfs,
  parseUlimit,
  parseVolume,
} from '@boxyard/spec';
import type { CreateFlags } from './create-flags.ts';

/** Image and command from the arguments: `[--image IMAGE | --rootfs DIR | IMAGE] [--] [CMD…]`. */
export function splitArguments(
  args: readonly string[],
  { image, rootfs }: CreateFlags,
): Pick<CreateInput, 'image' | 'rootfs' | 'command'> {
  if (image !== undefined && rootfs !== undefined) throw invalid('--image and --rootfs exclude each other');
  const operands = [...args];
  const source = rootfs !== undefined ? { rootfs: resolve(rootfs) } : { image: image ?? operands.shift() };
  if ('image' in source && !source.image) {
    throw invalid('no image given', 'for example: box run -it busybox');
  }
  if (operands[0] === '--') operands.shift();
  return { ...source, ...(operands.length > 0 ? { command: operands } : {}) } as ReturnType<
    typeof splitArguments
  >;
}

/**
 * Everything the flags say as the agent's `create` takes it; what was not said is left out. Reads env files.
 * @throws BoxError INVALID_ARGUMENT naming the flag, NOT_FOUND for an env file
 */
export function createRequest(
  args: readonly string[],
  options: CreateFlags,
  session: { tty: boolean; openStdin: boolean },
): CreateInput & { id: string } {
  return {
    ...splitArguments(args, options),
    ...session,
    // Ours to choose, so that asking again after a lost connection makes nothing twice.
    id: randomBytes(32).toString('hex'),
    ...given({
      name: options.name,
      workdir: options.workdir === undefined ? undefined : absolute(options.workdir, '-w'),
      user: options.user,
      hostname: options.hostname,
      entrypoint: entrypoint(options.entrypoint),
      stopSignal: options.stopSignal,
      stopTimeout:
        options.stopTimeout === undefined
          ? undefined
          : Math.ceil(parseDuration(options.stopTimeout, '--stop-timeout') / 1000),
      shmSize:
        options.shmSize === undefined
          ? undefined
          : positive(parseSize(options.shmSize, '--shm-size'), '--shm-size'),
      umask: options.umask === undefined ? undefined : parseUmask(options.umask),
      timezone: options.tz,
      network: options.network === undefined ? undefined : parseNetwork(options.network),
    }),
    env: environment(options),
    mounts: [
      ...(options.volume ?? []).map((text) => parseVolume(text, fromHere)),
      ...(options.tmpfs ?? []).map((text) => parseTmpfs(text)),
    ],
    readonlyRoot: options.readOnly === true,
    capAdd: options.capAdd ?? [],
    capDrop: options.capDrop ?? [],
    noNewPrivileges: securityOptions(options.securityOpt ?? []),
    ulimits: (options.ulimit ?? []).map(parseUlimit),
    labels: Object.fromEntries((options.label ?? []).map((text) => keyValue(text, '--label', true))),
    log: logOptions(options.logOpt ?? []),
    autoRemove: options.rm === true,
  };
}

/** Env files first, `-e` after them: the later one of a key wins. */
export function environment({ env = [], envFile = [] }: Pick<CreateFlags, 'env' | 'envFile'>): string[] {
  const lookup = (key: string) => process.env[key];
  const files = envFile.map((file) => parseEnvironmentFile(readText(file), file, lookup));
  const flags = env.map((text) => parseEnvironmentFlag(text, lookup)).filter((entry) => entry !== undefined);
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

function fromHere(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}

/** `--entrypoint ''` clears the image's, anything else is one program (arguments go after the image). */
function entrypoint(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return text === '' ? [] : [text];
}

function securityOptions(options: readonly string[]): boolean {
  let noNewPrivileges = false;
  for (const option of options) {
    const [, value] = /^no-new-privileges(?:[:=](true|false))?$/.exec(option) ?? [option];
    if (!/^no-new-privileges([:=](true|false))?$/.test(option)) {
      throw invalid(`--security-opt ${option}: unknown option`, 'known is no-new-privileges');
    }
    noNewPrivileges = value !== 'false';
  }
  return noNewPrivileges;
}

function logOptions(options: readonly string[]): NonNullable<CreateInput['log']> {
  const log: NonNullable<CreateInput['log']> = {};
  for (const option of options) {
    const [key, value] = keyValue(option, '--log-opt', false);
    if (key === 'max-size') log.maxSize = parseSize(value, '--log-opt max-size');
    else if (key === 'max-file' && /^\d+$/.test(value)) log.maxFile = Number(value);
    else throw invalid(`--log-opt ${option}: unknown option`, 'known are max-size=16m and max-file=4');
  }
  return log;
}

function parseNetwork(text: string): 'none' | 'host' {
  if (text === 'none' || text === 'host') return text;
  throw invalid(`--network ${text}: there is no such network yet`, 'use none or host');
}

function parseUmask(text: string): number {
  if (!/^0?[0-7]{1,3}$/.test(text)) throw invalid(`--umask: "${text}" is no octal mask`, 'write it like 022');
  return Number.parseInt(text, 8);
}

function absolute(path: string, flag: string): string {
  if (!path.startsWith('/'))
    throw invalid(`${flag}: "${path}" is not absolute`, `start it with /, like /${path}`);
  return path;
}

function positive(value: number, flag: string): number {
  if (value <= 0) throw invalid(`${flag}: must be more than 0`);
  return value;
}

function keyValue(text: string, flag: string, valueOptional: boolean): [string, string] {
  const equals = text.indexOf('=');
  if (equals === 0 || (equals === -1 && (!valueOptional || !text))) {
    throw invalid(`${flag} ${text}: expected KEY=VALUE`);
  }
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** The entries that have a value. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<T>
  >;
}

function invalid(message: string, hint?: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, hint === undefined ? {} : { hint });
}
