import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { ProcessEnd, Syscalls } from '@boxyard/kernel';
import { encodePlan, op, type Plan, TREE_ALONE, TREE_PROCESS, TREE_TRUSTED } from '@boxyard/spec';

/** Where trees lie: a directory or a detached mount by descriptor, or what a running process sees. The descriptor stays the caller's. */
export type TreeRoot = { kind: 'directory'; fd: number } | { kind: 'process'; pidfd: number };

/** What every helper for trees needs. */
export interface TreeHelper {
  kernel: Syscalls;
  /** The helper program as a descriptor. */
  helper: number;
}

/** A helper at work. Our ends are closed and the process is collected by `end`. */
export interface RunningHelper {
  /** Our end of descriptor 4. */
  frames: number;
  /** The same as a stream, which closes it. */
  stream: () => Socket;
  /** Our end of descriptor 3 in mode write; in mode read the plan is complete from the start. */
  plan: number | undefined;
  kill: () => void;
  /** Collects it, killed first unless it `settled`; again gives the same. */
  end: (settled: boolean) => Promise<ProcessEnd>;
}

/** The first operation of every plan for a tree. */
export function treeRootOperation(
  root: TreeRoot,
  { alone = false, trusted = false }: { alone?: boolean; trusted?: boolean } = {},
) {
  const process = root.kind === 'process';
  return op(
    'treeRoot',
    (process ? TREE_PROCESS : 0) | (process && alone ? TREE_ALONE : 0) | (trusted ? TREE_TRUSTED : 0),
  );
}

/** Starts a helper in mode read with its whole plan, or in mode write with a plan to be streamed. */
export function startTreeHelper(
  { kernel, helper }: TreeHelper,
  root: TreeRoot,
  what: { mode: 'read'; plan: Plan } | { mode: 'write' },
): RunningHelper {
  using ours = new DisposableStack();
  using theirs = new DisposableStack();
  const close = (fd: number) => kernel.close(fd);
  const pair = (): [mine: number, its: number] => {
    const [mine, its] = kernel.socketpair('stream');
    return [ours.adopt(mine, close), theirs.adopt(its, close)];
  };
  const [frames, framesOfHelper] = kernel.socketpair('stream');
  let taken = false;
  ours.defer(() => taken || close(frames));
  theirs.adopt(framesOfHelper, close);
  const [plan, planOfHelper] =
    what.mode === 'write'
      ? pair()
      : [undefined, theirs.adopt(kernel.memfd('plan', encodePlan(what.plan)), close)];
  const pid = kernel.spawn({
    fd: helper,
    argv: ['boxshim', what.mode],
    env: [],
    descriptors: { 3: planOfHelper, 4: framesOfHelper, 5: root.kind === 'process' ? root.pidfd : root.fd },
  });
  const kept = ours.move();
  let ended: Promise<ProcessEnd> | undefined;
  const kill = () => {
    // Not being collected yet, so the pid is still ours to kill.
    if (!ended) process.kill(pid, 'SIGKILL');
  };
  const collect = async () => {
    const end = await kernel.reap(pid);
    kept.dispose();
    return end;
  };
  return {
    frames,
    stream: () => {
      taken = true;
      return new Socket({ fd: frames, readable: true, writable: false });
    },
    plan,
    kill,
    end: (settled) => {
      if (!settled) kill();
      ended ??= collect();
      return ended;
    },
  };
}

/** The helper's own deadline ended it. */
export function wasTimeout(end: ProcessEnd): boolean {
  return 'signal' in end && end.signal === constants.signals.SIGALRM;
}
