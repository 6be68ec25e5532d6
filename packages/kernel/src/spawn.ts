import { KernelError } from './errors.ts';
import { check, libc } from './libc.ts';
import {
  CLOSE_RANGE_CLOEXEC,
  O_RDWR,
  POSIX_SPAWN_SETSIGDEF,
  POSIX_SPAWN_SETSIGMASK,
  SYS,
} from './numbers.ts';
import type { SpawnRequest } from './syscalls.ts';

/** What the child does with its descriptors before it becomes the program, in order. */
export type DescriptorStep =
  | { kind: 'dup'; from: number; to: number }
  | { kind: 'close'; fd: number }
  | { kind: 'null'; fd: number };

/**
 * The order of dup2 calls that puts every descriptor in its place even when the wanted numbers are taken by other wanted descriptors:
 * those that stand on a target first move out of the way, above every number in use. dup2 of a number onto itself clears its
 * close-on-exec flag (posix_spawn's rule, glibc 2.29). Returns also where the program's own descriptor ends up.
 */
export function planDescriptors(
  descriptors: Readonly<Record<number, number>>,
  program: number,
): { steps: DescriptorStep[]; program: number } {
  const wanted = Object.entries(descriptors).map(([to, from]) => ({ to: Number(to), from }));
  const targets = new Set([0, 1, 2, ...wanted.map(({ to }) => to)]);
  let free = Math.max(program, ...targets, ...wanted.map(({ from }) => from)) + 1;
  const steps: DescriptorStep[] = [];
  const moved = new Map<number, number>();
  const outOfTheWay = (fd: number): number => {
    if (!targets.has(fd)) return fd;
    let place = moved.get(fd);
    if (place === undefined) {
      place = free++;
      moved.set(fd, place);
      steps.push({ kind: 'dup', from: fd, to: place });
    }
    return place;
  };
  // The program's descriptor counts as standing on a target too; its copy stays open over execve and the helper closes it.
  const programAt = outOfTheWay(program);
  const sources = wanted.map(({ to, from }) => ({ to, from: from === to ? from : outOfTheWay(from) }));
  for (const fd of [0, 1, 2]) if (!(fd in descriptors)) steps.push({ kind: 'null', fd });
  for (const { from, to } of sources) steps.push({ kind: 'dup', from, to });
  for (const [original, place] of moved) if (original !== program) steps.push({ kind: 'close', fd: place });
  return { steps, program: programAt };
}

/** sizeof posix_spawn_file_actions_t and posix_spawnattr_t are 80 and 336 in glibc and musl; room to grow. */
const OPAQUE_BYTES = 1024;
/** sigset_t: 1024 bits in glibc's eyes. */
const SIGSET_BYTES = 128;

let resetSignals: Uint8Array | undefined;

/** Attributes that put every signal back to its default and the mask to empty: Node ignores SIGPIPE, and a child inherits that. */
function signalAttributes(): Uint8Array {
  if (!resetSignals) {
    resetSignals = new Uint8Array(OPAQUE_BYTES);
    libc.posix_spawnattr_init(resetSignals);
    libc.posix_spawnattr_setsigdefault(resetSignals, new Uint8Array(SIGSET_BYTES).fill(0xff));
    libc.posix_spawnattr_setsigmask(resetSignals, new Uint8Array(SIGSET_BYTES));
    libc.posix_spawnattr_setflags(resetSignals, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  return resetSignals;
}

let inheritedClosed = false;

/** Node marks its own descriptors close-on-exec, not those that it was started with: done here, once, before the first child. */
function closeInheritedOnExec(): void {
  if (inheritedClosed) return;
  check(libc.close_range(SYS.close_range, 3, 0xffff_ffff, CLOSE_RANGE_CLOEXEC), 'close_range');
  inheritedClosed = true;
}

/** posix_spawn(3) of a program given by descriptor. Throws KernelError, also when execve in the child failed. */
export function spawn(request: SpawnRequest): number {
  closeInheritedOnExec();
  const { steps, program } = planDescriptors(request.descriptors, request.fd);
  const actions = new Uint8Array(OPAQUE_BYTES);
  libc.posix_spawn_file_actions_init(actions);
  try {
    if (request.cwd !== undefined) libc.posix_spawn_file_actions_addchdir(actions, request.cwd);
    for (const step of steps) {
      if (step.kind === 'dup') libc.posix_spawn_file_actions_adddup2(actions, step.from, step.to);
      else if (step.kind === 'close') libc.posix_spawn_file_actions_addclose(actions, step.fd);
      else libc.posix_spawn_file_actions_addopen(actions, step.fd, '/dev/null', O_RDWR, 0);
    }
    const pid = new Int32Array(1);
    const path = `/proc/self/fd/${program}`;
    const errno = libc.posix_spawn(
      pid,
      path,
      actions,
      signalAttributes(),
      [...request.argv, null],
      [...request.env, null],
    );
    if (errno !== 0) throw new KernelError({ operation: 'posix_spawn', path: request.argv[0], errno });
    return pid[0] as number;
  } finally {
    libc.posix_spawn_file_actions_destroy(actions);
  }
}
