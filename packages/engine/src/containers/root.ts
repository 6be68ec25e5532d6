import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { KernelError } from '@boxyard/kernel';
import { BoxError, type ContainerMount, isAlive } from '@boxyard/spec';
import type { TreeRoot } from '@boxyard/storage';
import type { EngineContext } from '../context.ts';
import { startConfig } from '../volumes/start-config.ts';
import type { Container } from './container.ts';
import { endVisits, mountRoot } from './launch.ts';

/** A container's files, until it is disposed of. One that does not run can neither start nor be removed meanwhile. */
export interface ContainerTree extends Disposable {
  root: TreeRoot;
  /** Its programs run: what is mounted in it shows. */
  running: boolean;
  /** Fires when the box is started again: work on what it was in its last run must end. */
  signal: AbortSignal;
}

/** A place in a container's files: a root and a path in it. */
export interface ContainerPlace extends Disposable {
  root: TreeRoot;
  path: string;
  readonly: boolean;
  signal: AbortSignal;
}

/**
 * The files of a container, running, paused or stopped. Throws NOT_FOUND when it is gone (also when its image is), WRONG_STATE when it is
 * being removed.
 */
export async function openContainerTree(engine: EngineContext, container: Container): Promise<ContainerTree> {
  const seen = openRunning(engine, container);
  if (seen) return seen;
  using held = new DisposableStack();
  held.use(await container.lock.acquire());
  if (container.gone) throw new BoxError('NOT_FOUND', `container "${container.name}" was removed meanwhile`);
  // It may have been on its way up when we asked.
  const started = openRunning(engine, container);
  if (started) return started;
  if (container.state === 'removing' || isAlive(container.state)) {
    throw new BoxError(
      'WRONG_STATE',
      `the files of "${container.name}" are out of reach: it is ${container.state}`,
    );
  }
  await endVisits(container);
  const { root } = container.row.config;
  const fd =
    root.kind === 'directory' ? engine.kernel.openDirectory(root.path) : await mountRoot(engine, container);
  held.adopt(fd, (open) => engine.kernel.close(open));
  const owned = held.move();
  // Under the lock nobody starts it.
  const { signal } = new AbortController();
  return { root: { kind: 'directory', fd }, running: false, signal, [Symbol.dispose]: () => owned.dispose() };
}

/** By the init's mount namespace; undefined when there is no such process. */
function openRunning(engine: EngineContext, container: Container): ContainerTree | undefined {
  const { pid } = container.row;
  if (!['running', 'paused', 'stopping'].includes(container.state) || !pid) return undefined;
  let pidfd: number;
  try {
    pidfd = engine.kernel.pidfdOpen(pid);
  } catch (error) {
    if (error instanceof KernelError) return undefined;
    throw error;
  }
  // The number may be somebody else's by now: once the descriptor is open, a member of the box's cgroup is the one that we mean.
  if (!engine.cgroups.procs(container.id).includes(pid)) {
    engine.kernel.close(pidfd);
    return undefined;
  }
  const over = new AbortController();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const visit = { end: () => over.abort(), closed };
  container.visits.add(visit);
  return {
    root: { kind: 'process', pidfd },
    running: true,
    signal: over.signal,
    [Symbol.dispose]: () => {
      engine.kernel.close(pidfd);
      container.visits.delete(visit);
      resolve();
    },
  };
}

/**
 * Where a path of a container leads. In one that does not run nothing is mounted: what lies in a volume or bind is found in its source,
 * and what lies in a tmpfs is not there (WRONG_STATE).
 */
export async function openContainerPlace(
  engine: EngineContext,
  container: Container,
  path: string,
): Promise<ContainerPlace> {
  using held = new DisposableStack();
  const tree = held.use(await openContainerTree(engine, container));
  const absolute = path.startsWith('/') ? path : `/${path}`;
  const { config } = container.row;
  const above = tree.running ? undefined : await mountAbove(engine, container, { tree, path: absolute });
  if (!above) {
    const owned = held.move();
    // A read-only root of one that runs is so by itself.
    const readonly = !tree.running && config.readonlyRoot;
    const { root, signal } = tree;
    return { root, path: absolute, readonly, signal, [Symbol.dispose]: () => owned.dispose() };
  }
  const { mount, rest } = above;
  const bind = startConfig(engine, config).mounts.find(({ target }) => target === mount.target);
  if (bind?.type !== 'bind') {
    throw new BoxError('WRONG_STATE', `${mount.target} is a tmpfs: it is there while the box runs`, {
      hint: `start it first: box start ${container.name}`,
    });
  }
  // A bind of a single file is reached through the directory it lies in.
  const file = rest === '' && !(await stat(bind.source)).isDirectory();
  const fd = engine.kernel.openDirectory(file ? posix.dirname(bind.source) : bind.source, { path: true });
  held.adopt(fd, (open) => engine.kernel.close(open));
  const owned = held.move();
  return {
    root: { kind: 'directory', fd },
    path: file ? `/${posix.basename(bind.source)}` : rest || '/',
    readonly: mount.type !== 'tmpfs' && mount.readonly,
    signal: tree.signal,
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** The innermost mount that the path would lie in, and the path in it ('' for its root; a trailing slash stays). */
async function mountAbove(
  engine: EngineContext,
  container: Container,
  { tree, path }: { tree: ContainerTree; path: string },
): Promise<{ mount: ContainerMount; rest: string } | undefined> {
  const { mounts } = container.row.config;
  if (mounts.length === 0) return undefined;
  const resolved = await resolvePath(engine, tree, path);
  const [mount] = mounts
    .filter(({ target }) => resolved === target || resolved.startsWith(`${target}/`))
    .sort((a, b) => b.target.length - a.target.length);
  return mount && { mount, rest: resolved.slice(mount.target.length) };
}

/** The path with all links on the way resolved as far as it exists. */
async function resolvePath(engine: EngineContext, { root }: ContainerTree, path: string): Promise<string> {
  const rest: string[] = [];
  for (let at = posix.normalize(path); at !== '/'; at = posix.dirname(at)) {
    // The last component may be a link that is meant itself.
    const found = await engine.trees.stat({ root, path: at, followLink: rest.length > 0 });
    if (found) return posix.join(found.path.toString(), ...rest);
    rest.unshift(posix.basename(at));
  }
  return posix.join('/', ...rest);
}
