import { mkdirSync, rmSync } from 'node:fs';
import { type CgroupTree, KernelError, type Syscalls } from '@boxyard/kernel';
import { encodePlan, type Plan } from '@boxyard/spec';
import { START_DESCRIPTORS } from './descriptors.ts';
import { ShimClient, type ShimHandlers } from './shim/control.ts';
import type { ShimState } from './shim/messages.ts';

export interface StartRequest {
  /** Of compileStart, for a root of the same kind as `root`. */
  plan: Plan;
  /** Descriptor of Syscalls.loadHelper. */
  helper: number;
  /** Made 0700 when missing; holds sockets, pid and exit.json of this run alone. */
  runDirectory: string;
  /** Must exist. */
  logDirectory: string;
  /** Name of the box's cgroup below the tree's root; made here. */
  cgroup: string;
  /** The root file system as a detached mount, when it is one; being mounted while the rest is prepared. Closed here, whatever happens. */
  root?: Promise<number> | number | undefined;
  handlers: ShimHandlers;
}

export interface RunningShim {
  client: ShimClient;
  state: ShimState;
}

/**
 * Starts a box: resolves when execve of its program succeeded. On failure nothing of it is left but the cgroup (empty) and the run directory.
 * @throws BoxError COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE, … (shim/errors.ts)
 */
export async function startContainer(
  kernel: Syscalls,
  cgroups: CgroupTree,
  request: StartRequest,
): Promise<RunningShim> {
  const open: number[] = [];
  const own = (fd: number): number => {
    open.push(fd);
    return fd;
  };
  const mounted = request.root === undefined ? undefined : Promise.resolve(request.root).then(own);
  mounted?.catch(() => {}); // awaited below, unless something fails before
  let client: ShimClient | undefined;
  try {
    prepareRunDirectory(request.runDirectory);
    const [ours, theirs] = kernel.socketpair('stream');
    own(theirs);
    client = ShimClient.over(kernel, ours, request.handlers);
    const descriptors: Record<number, number> = {
      [START_DESCRIPTORS.plan]: own(kernel.memfd('plan', encodePlan(request.plan))),
      [START_DESCRIPTORS.control]: theirs,
      [START_DESCRIPTORS.runDirectory]: own(openRunDirectory(kernel, request.runDirectory)),
      [START_DESCRIPTORS.log]: own(kernel.openDirectory(request.logDirectory)),
      [START_DESCRIPTORS.shimCgroup]: cgroups.shims,
      [START_DESCRIPTORS.cgroup]: own(cgroups.create(request.cgroup)),
    };
    const delivered =
      mounted &&
      deliver(kernel, mounted, (theirs) => {
        descriptors[START_DESCRIPTORS.root] = own(theirs);
      });
    delivered?.catch(() => {}); // looked at when the start failed
    const pid = kernel.spawn({ fd: request.helper, argv: ['boxshim', 'run'], env: [], descriptors });
    for (const fd of open.splice(0)) kernel.close(fd);
    try {
      return { client, state: await client.started() };
    } catch (error) {
      // A root that could not be mounted is the reason; what the helper says of it is only that nothing came.
      await delivered;
      throw error;
    } finally {
      // The first process ended long ago, and its supervisor belongs to init: collected now, when nothing waits for a processor.
      kernel.reap(pid).catch(() => {});
    }
  } catch (error) {
    client?.[Symbol.dispose]();
    throw error;
  } finally {
    await mounted?.catch(() => {});
    for (const fd of open) kernel.close(fd);
  }
}

/**
 * The mount is handed over once it is there: processes and namespaces of the box are made meanwhile. The socket is
 * closed without it when it cannot be made, and the box's child gives up.
 */
async function deliver(
  kernel: Syscalls,
  mounted: Promise<number>,
  place: (theirs: number) => void,
): Promise<void> {
  const [ours, theirs] = kernel.socketpair('seqpacket');
  place(theirs);
  try {
    kernel.sendDescriptors(ours, new Uint8Array(1), [await mounted]);
  } catch (error) {
    // The helper is gone already: its own error says why.
    if (!(error instanceof KernelError && error.code === 'EPIPE')) throw error;
  } finally {
    kernel.close(ours);
  }
}

/** A new directory, whatever an earlier run left: nothing of that may be mistaken for this one's, and its supervisor keeps its own. */
function prepareRunDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Locked for as long as the supervisor, which inherits the descriptor, lives: an agent that finds the directory without a socket in it
 * knows whether one is about to appear (adopt.ts).
 */
function openRunDirectory(kernel: Syscalls, path: string): number {
  const directory = kernel.openDirectory(path);
  kernel.flock(directory);
  return directory;
}
