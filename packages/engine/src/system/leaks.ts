import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Leak } from '@boxyard/api';
import { parseMountInfo, SHIMS_CGROUP } from '@boxyard/kernel';
import { isAlive } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';

/** A process that is just ending, or a tree on its way to the trash, is no leak: what is one is still there after this. */
const PATIENCE_MS = 1000;
const LOOK_EVERY_MS = 50;

/** What is on this host because of us and belongs to no container or image (any more). */
export async function findLeaks(engine: EngineContext): Promise<Leak[]> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const leaks = await look(engine);
    if (leaks.length === 0 || performance.now() > deadline) return leaks;
    await sleep(LOOK_EVERY_MS);
  }
}

async function look(engine: EngineContext): Promise<Leak[]> {
  await engine.images.emptyTrash();
  return [
    ...mounts(engine),
    ...cgroups(engine),
    ...shims(engine),
    ...directories(engine),
    ...rows(engine),
    ...volumeLeaks(engine),
    ...(await engine.images.leftovers()).map((what): Leak => ({ kind: 'directory', what })),
  ];
}

/** The root of a box is mounted in its own namespace alone: none of our directories carries a mount on the host. */
function mounts({ paths }: EngineContext): Leak[] {
  const ours = ({ mountPoint }: { mountPoint: string }) =>
    [paths.containers, paths.runContainers, paths.volumes, join(paths.root, 'layers')].some((directory) =>
      mountPoint.startsWith(`${directory}/`),
    );
  return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'))
    .filter(ours)
    .map(({ mountPoint }) => ({ kind: 'mount', what: mountPoint }));
}

/** Cgroups without a living container, and the processes in them. */
function cgroups(engine: EngineContext): Leak[] {
  return engine.cgroups
    .list()
    .filter((name) => /^[0-9a-f]{64}$/.test(name) && !isLiving(engine, name))
    .flatMap((name): Leak[] => [
      { kind: 'cgroup', what: engine.cgroups.path(name) },
      ...engine.cgroups.procs(name).map((pid): Leak => ({ kind: 'process', what: describeProcess(pid) })),
    ]);
}

function isLiving(engine: EngineContext, id: string): boolean {
  const container = engine.containers.byId(id);
  // Between a start's first step and its last, and between an end and its tidying, it may have a cgroup.
  return container !== undefined && (isAlive(container.state) || container.lock.busy);
}

/** Supervisors that no container knows. */
function shims(engine: EngineContext): Leak[] {
  const known = new Set(
    [...engine.containers.values()].map(({ id }) => readPid(join(engine.paths.runOf(id), 'shim.pid'))),
  );
  return engine.cgroups
    .procs(SHIMS_CGROUP)
    .filter((pid) => !known.has(pid) && existsSync(`/proc/${pid}`))
    .map((pid) => ({ kind: 'process', what: describeProcess(pid) }));
}

function readPid(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return 0; // no supervisor
  }
}

function describeProcess(pid: number): string {
  try {
    return `${pid} ${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()}`;
  } catch {
    return String(pid);
  }
}

/** Directories of containers that have no row, and run directories of containers that do not run. */
function directories({ paths, containers }: EngineContext): Leak[] {
  const stored = readdirSync(paths.containers).filter((id) => !containers.byId(id));
  const running = readdirSync(paths.runContainers).filter((id) => {
    const container = containers.byId(id);
    return !container || !(isAlive(container.state) || container.supervision || container.lock.busy);
  });
  return [
    ...stored.map((id): Leak => ({ kind: 'directory', what: paths.container(id) })),
    ...running.map((id): Leak => ({ kind: 'directory', what: paths.runOf(id) })),
  ];
}

/** Rows whose directory is gone. */
function rows({ paths, containers }: EngineContext): Leak[] {
  return [...containers.values()]
    .filter(({ id, lock }) => !lock.busy && !existsSync(paths.container(id)))
    .map(({ id, name }) => ({ kind: 'row', what: `container ${name} (${id})` }));
}

/** Directories of volumes without a row, and rows without a directory. */
function volumeLeaks({ paths, volumes }: EngineContext): Leak[] {
  if (volumes.changes.busy) return [];
  const stored = readdirSync(paths.volumes);
  return [
    ...stored
      .filter((name) => !volumes.has(name))
      .map((name): Leak => ({ kind: 'directory', what: paths.volume(name) })),
    ...[...volumes.values()]
      .filter(({ name }) => !stored.includes(name))
      .map(({ name }): Leak => ({ kind: 'row', what: `volume ${name}` })),
  ];
}
