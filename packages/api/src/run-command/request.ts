/** What a line of `box run` asks the agent for, and the line that asks for a given request. */
import { BoxError, mergeEnvironment, parseEnvironmentFile, parseEnvironmentFlag } from '@boxyard/spec';
import type { CreateInput } from '../schemas/container.ts';
import { type Caller, type FlagName, REQUEST_FLAGS, type RequestDraft, type RequestFlag } from './flags.ts';
import type { RunLine, RunProblem, RunVerb } from './line.ts';

export interface RequestReading {
  /** Complete when there are no problems; else without what is wrong. */
  request: RequestDraft;
  /** In the order of the table of flags. */
  problems: RunProblem[];
}

/** Every value of every flag as part of one request; each that means nothing is a problem of its own. Never throws BoxError. */
export function requestOf(line: RunLine, caller: Caller): RequestReading {
  const problems: RunProblem[] = [];
  const request: RequestDraft = {
    tty: false,
    openStdin: false,
    env: [],
    mounts: [],
    volumesFrom: [],
    readonlyRoot: false,
    capAdd: [],
    capDrop: [],
    noNewPrivileges: false,
    ulimits: [],
    labels: {},
    log: {},
    autoRemove: false,
  };
  const attempt = <T>(field: RunProblem['field'], index: number, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BoxError)) throw error;
      problems.push({ field, index, message: error.message, hint: error.hint });
      return undefined;
    }
  };
  const valuesOf = (name: FlagName) => line.flags[name] ?? [];

  const image = valuesOf('image').at(-1) ?? line.image;
  if (image !== '') request.image = image;
  if (line.command.length > 0) request.command = [...line.command];
  for (const flag of REQUEST_FLAGS as readonly RequestFlag[]) {
    for (const [index, value] of valuesOf(flag.long as FlagName).entries()) {
      attempt(flag.long as FlagName, index, () => flag.read(request, value, caller));
    }
  }
  const files = valuesOf('env-file').map(
    (file, index) =>
      attempt('env-file', index, () =>
        parseEnvironmentFile(caller.readFile(file), file, (key) => caller.variable(key)),
      ) ?? [],
  );
  const entries = valuesOf('env').map((text, index) =>
    attempt('env', index, () => parseEnvironmentFlag(text, (key) => caller.variable(key))),
  );
  request.env = mergeEnvironment(
    ...files,
    entries.filter((entry) => entry !== undefined),
  );
  problems.push(...sourceProblems(request), ...targetProblems(line, request, problems));
  return { request, problems };
}

function sourceProblems({ image, rootfs }: RequestDraft): RunProblem[] {
  if (image !== undefined && rootfs !== undefined) {
    return [{ field: 'rootfs', index: 0, message: '--image and --rootfs exclude each other' }];
  }
  if (image === undefined && rootfs === undefined) {
    return [
      { field: 'image', index: 0, message: 'no image given', hint: 'for example: box run -it busybox' },
    ];
  }
  return [];
}

/** One place in a box takes one mount. Asked only when every mount could be read, so that their numbers are those of the flags. */
function targetProblems(
  line: RunLine,
  { mounts }: RequestDraft,
  before: readonly RunProblem[],
): RunProblem[] {
  if (before.some(({ field }) => (MOUNT_FLAGS as readonly string[]).includes(field))) return [];
  return mounts.flatMap(({ target }, index): RunProblem[] =>
    mounts.slice(0, index).some((other) => other.target === target)
      ? [
          {
            ...placeOfMount(line, index),
            message: `${target} is a mount target twice`,
            hint: 'leave one away',
          },
        ]
      : [],
  );
}

/** In the order of the table: so their values stand in the request. */
const MOUNT_FLAGS = ['volume', 'mount', 'tmpfs'] as const satisfies readonly FlagName[];

/** The flag that a mount of the request comes from, all of them being well-formed. */
export function placeOfMount(line: RunLine, index: number): Pick<RunProblem, 'field' | 'index'> {
  let rest = index;
  for (const field of MOUNT_FLAGS) {
    const count = line.flags[field]?.length ?? 0;
    if (rest < count) return { field, index: rest };
    rest -= count;
  }
  return { field: 'volume', index: 0 };
}

/**
 * The line that asks for this: `requestOf` reads the same request from it. An entrypoint of several words is written as its first and
 * the rest before the command, which starts the same program.
 */
export function lineOf(request: CreateInput, verb: RunVerb = 'run'): RunLine {
  const [, ...entrypointArguments] = request.entrypoint ?? [];
  const flags: Record<string, readonly string[]> = verb === 'run' ? { detach: ['true'] } : {};
  for (const flag of REQUEST_FLAGS as readonly RequestFlag[]) {
    const values = flag.write(request);
    if (values.length > 0) flags[flag.long] = values;
  }
  return {
    verb,
    flags,
    image: request.image ?? '',
    command: [...entrypointArguments, ...(request.command ?? [])],
  };
}
