import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { findCgroup2, parseMountInfo } from '../mountinfo.ts';
import type { Syscalls } from '../syscalls.ts';
import { type CgroupEvents, parseFlatKeys, waitForEvents } from './events.ts';

/** Supervisors live together in one cgroup beside those of the boxes, so that killing a box spares its supervisor. */
export const SHIMS_CGROUP = 'shims';

/** rmdir of a cgroup that is in use, or not there. */
const KEPT = new Set(['EBUSY', 'ENOTEMPTY', 'ENOENT']);

/** How long a killed cgroup may take to become empty: a process stuck in the kernel (a dead NFS server) never leaves. */
const REMOVE_TIMEOUT_MS = 10_000;

/**
 * Boxyard's own cgroup: BOXYARD_CGROUP_ROOT, else `boxyard` (with the instance's id when the root is not the default one) at the top
 * of the cgroup2 mount.
 * @throws BoxError UNSUPPORTED when the host has no cgroup2 file system mounted
 */
export function findCgroupRoot(options: { environment?: NodeJS.ProcessEnv; instance?: string } = {}): string {
  const given = (options.environment ?? process.env).BOXYARD_CGROUP_ROOT;
  if (given) return given;
  const mount = findCgroup2(parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')));
  if (mount === undefined) {
    throw new BoxError('UNSUPPORTED', 'no cgroup2 file system is mounted on this host', {
      hint: 'mount one: mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified (after mkdir), or boot with systemd.unified_cgroup_hierarchy=1',
    });
  }
  return join(mount, options.instance ? `boxyard-${options.instance}` : 'boxyard');
}

/** A cgroup for each box below one root, by cgroup v2's files (cgroup-v2.rst). Nothing is ever moved between them. */
export class CgroupTree {
  readonly root: string;
  readonly #kernel: Syscalls;
  #shims: number | undefined;

  /** Makes the root when it is missing. @throws BoxError when that is not cgroup2 or may not be written */
  constructor(kernel: Syscalls, root: string) {
    this.#kernel = kernel;
    this.root = root;
    try {
      mkdirSync(root, { recursive: true });
    } catch (cause) {
      throw new BoxError('UNAVAILABLE', `the cgroup ${root} cannot be made: ${(cause as Error).message}`, {
        hint: 'run the agent as root, or set BOXYARD_CGROUP_ROOT to a cgroup that is delegated to it',
        cause,
      });
    }
    if (!existsSync(join(root, 'cgroup.kill'))) {
      throw new BoxError('UNSUPPORTED', `${root} is no cgroup v2 directory with cgroup.kill (Linux 5.14)`, {
        hint: 'set BOXYARD_CGROUP_ROOT to a directory below a cgroup2 mount',
      });
    }
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** Makes the cgroup (an empty one that was left over is taken) and opens its directory, for CLONE_INTO_CGROUP. The caller closes it. */
  create(name: string): number {
    const path = this.path(name);
    try {
      mkdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (name !== SHIMS_CGROUP && this.events(name)?.populated) {
        throw new BoxError('IN_USE', `the cgroup ${path} holds processes already`, {
          hint: 'box doctor --leaks shows them',
        });
      }
    }
    return this.#kernel.openDirectory(path);
  }

  /** Directory of the cgroup that supervisors are born in. Opened once; belongs to the tree: do not close it. */
  get shims(): number {
    this.#shims ??= this.create(SHIMS_CGROUP);
    return this.#shims;
  }

  /** Where nothing runs any more nothing of ours stays on the host; where boxes run their cgroups keep these two from going. */
  [Symbol.dispose](): void {
    if (this.#shims !== undefined) this.#kernel.close(this.#shims);
    this.#shims = undefined;
    for (const path of [this.path(SHIMS_CGROUP), this.root]) {
      try {
        rmdirSync(path);
      } catch (error) {
        if (!KEPT.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
  }

  /** SIGKILL to every process in it and below, frozen or not, without a race (cgroup.kill). Nothing to do when it is gone. */
  kill(name: string): void {
    this.#writeIfThere(name, 'cgroup.kill', '1');
  }

  /** Stops or continues every process; resolves when all of them are. */
  async freeze(name: string, frozen: boolean): Promise<void> {
    writeFileSync(join(this.path(name), 'cgroup.freeze'), frozen ? '1' : '0');
    await waitForEvents(this.path(name), (events) => events === undefined || events.frozen === frozen, {
      timeout: REMOVE_TIMEOUT_MS,
    });
  }

  /** What cgroup.events says now; undefined when there is no such cgroup. */
  events(name: string): CgroupEvents | undefined {
    const text = this.#readIfThere(name, 'cgroup.events');
    if (text === undefined) return undefined;
    const values = parseFlatKeys(text);
    return { populated: values.get('populated') === 1, frozen: values.get('frozen') === 1 };
  }

  /** Resolves when no process is left in it and below, or it is gone. */
  async waitEmpty(name: string, options: { signal?: AbortSignal; timeout?: number } = {}): Promise<void> {
    await waitForEvents(this.path(name), (events) => !events?.populated, options);
  }

  /** Process ids in it, not those below. */
  procs(name: string): number[] {
    return (this.#readIfThere(name, 'cgroup.procs') ?? '').split('\n').filter(Boolean).map(Number);
  }

  /**
   * Removes it with those that its box made below. Waits until the last process has gone; processes must have been killed before.
   * @throws BoxError IN_USE when they stay (10 s)
   */
  async remove(name: string): Promise<void> {
    const path = this.path(name);
    const deadline = performance.now() + REMOVE_TIMEOUT_MS;
    for (;;) {
      const problem = await removeBelow(path);
      if (problem === undefined) return;
      const timeout = deadline - performance.now();
      if (problem.code !== 'EBUSY' || timeout <= 0) {
        throw new BoxError('IN_USE', `the cgroup ${path} cannot be removed: ${problem.message}`, {
          hint: `see which processes are in it: cat ${path}/cgroup.procs`,
          cause: problem,
        });
      }
      await waitForEvents(path, (events) => !events?.populated, { timeout });
      // The kernel says "empty" a moment before rmdir agrees: the dying task still holds the directory's css.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Names of the cgroups below the root. */
  list(): string[] {
    return childrenOf(this.root);
  }

  /** Controllers that boxes here can be limited with. */
  controllers(): string[] {
    return readFileSync(join(this.root, 'cgroup.controllers'), 'utf8').trim().split(' ').filter(Boolean);
  }

  /**
   * Makes sure that `controller` can limit boxes here.
   * @param purpose what asked for it, for the message: `--memory`
   * @throws BoxError UNSUPPORTED that names the controller and why it is missing
   */
  requireController(controller: string, purpose: string): void {
    if (this.controllers().includes(controller)) return;
    const v1 = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')).find(
      ({ type, superOptions }) => type === 'cgroup' && superOptions.includes(controller),
    );
    const why = v1
      ? `it is bound to cgroup v1 at ${v1.mountPoint}`
      : `${this.root}/cgroup.controllers does not list it`;
    throw new BoxError(
      'UNSUPPORTED',
      `${purpose} needs the cgroup v2 controller "${controller}", and ${why}`,
      {
        hint: v1
          ? 'boot with cgroup v2 only: kernel parameter systemd.unified_cgroup_hierarchy=1 (or cgroup_no_v1=all)'
          : 'enable it in the parent: cgroup.subtree_control, or Delegate=yes in the systemd unit',
        details: { controller },
      },
    );
  }

  #writeIfThere(name: string, file: string, value: string): void {
    try {
      writeFileSync(join(this.path(name), file), value);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  #readIfThere(name: string, file: string): string | undefined {
    try {
      return readFileSync(join(this.path(name), file), 'utf8');
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
}

/** ENODEV: the cgroup was removed between open and read. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENODEV';
}

function childrenOf(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** rmdir from the leaves up; gives the error that stopped it. */
async function removeBelow(path: string): Promise<NodeJS.ErrnoException | undefined> {
  const removeOne = async (): Promise<NodeJS.ErrnoException | undefined> => {
    try {
      await rmdir(path); // in libuv's thread pool: it can wait for the kernel's cgroup lock
      return undefined;
    } catch (error) {
      return isGone(error) ? undefined : (error as NodeJS.ErrnoException);
    }
  };
  const problem = await removeOne();
  if (problem?.code !== 'EBUSY') return problem;
  const children = childrenOf(path);
  if (children.length === 0) return problem;
  for (const child of children) {
    const below = await removeBelow(join(path, child));
    if (below) return below;
  }
  return removeOne();
}
