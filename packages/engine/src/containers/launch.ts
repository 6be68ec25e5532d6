import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TerminalSize } from '@boxyard/api';
import {
  compileStart,
  DEFAULT_TERMINAL,
  describePlan,
  type ShimState,
  startContainer,
} from '@boxyard/runtime';
import { BoxError, type Plan } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';
import { findLogEnd } from '../logs/seek.ts';
import { listSegmentsNow } from '../logs/segments.ts';
import { fillVolumes } from '../volumes/fill.ts';
import { startConfig } from '../volumes/start-config.ts';
import { tellMounts } from '../volumes/tell.ts';
import type { Container } from './container.ts';
import { recordStartFailure, superviseContainer } from './ending.ts';
import { writeHostFiles } from './host-files.ts';
import { Semaphore } from './semaphore.ts';
import { endSupervision } from './supervision.ts';
import { tellContainer } from './tell.ts';

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
/**
 * posix_spawn waits until the child has executed the helper; with many children waiting for a processor that takes milliseconds, on the
 * event loop. Few at once start a hundred boxes as fast and leave the loop free.
 */
const LAUNCHES_AT_ONCE = 3;
const launches = new Semaphore(LAUNCHES_AT_ONCE);

/**
 * Starts the container's program: resolves once it runs. Under the container's lock, in a state that allows it. When it fails nothing of
 * the attempt is left, and the container stays what it was with the reason noted.
 */
export async function launch(
  engine: EngineContext,
  container: Container,
  size?: TerminalSize,
): Promise<void> {
  await endSupervision(engine, container);
  await container.tidied;
  await endVisits(container);
  const before = { ...container.row };
  engine.containers.update(container, {
    state: 'starting',
    stopAsked: false,
    exit: null,
    reason: null,
    bootId: engine.host.bootId,
  });
  container.adoptedAt = undefined;
  container.endSeen = false;
  using _slot = await launches.acquire();
  try {
    const terminal = size ?? DEFAULT_TERMINAL;
    const supervision = superviseContainer(engine, container);
    await fillVolumes(engine, container);
    const { plan, root } = await prepare(engine, container, terminal);
    if (engine.logger.isLevelEnabled('debug')) {
      engine.logger.debug({ container: container.id, plan: describePlan(plan) }, 'starting a box');
    }
    const { client, state } = await startContainer(engine.kernel, engine.cgroups, {
      plan,
      root,
      helper: engine.helper,
      runDirectory: engine.paths.runOf(container.id),
      logDirectory: engine.paths.log(container.id),
      cgroup: container.id,
      handlers: supervision,
    });
    container.supervision = supervision;
    recordStart(engine, container, state);
    if (container.row.config.tty) engine.terminals.started(container, '', terminal);
    supervision.begin(client);
  } catch (error) {
    await recordStartFailure(engine, container, { before, error: explain(error, container) });
    throw explain(error, container);
  }
}

/** What runs now is on record. */
export function recordStart(engine: EngineContext, container: Container, state: ShimState): void {
  engine.containers.update(container, {
    state: 'running',
    pid: state.initPid,
    startedAt: Number(state.startedAt / NANOSECONDS_PER_MILLISECOND),
    finishedAt: null,
    exit: null,
    reason: null,
    bootId: engine.host.bootId,
  });
  tellMounts(engine, container, 'mount');
  tellContainer(engine, container, { action: 'start' });
}

/** Everything a start needs, side by side: the root as a detached mount, the files of the host, the place in the log, the plan. */
async function prepare(
  engine: EngineContext,
  container: Container,
  terminal: TerminalSize,
): Promise<{ plan: Plan; root: Promise<number> | undefined }> {
  const { config } = container.row;
  const root = config.root.kind === 'directory' ? undefined : mountRoot(engine, container);
  root?.catch(() => {}); // whoever takes it looks at it
  try {
    const files = writeHostFiles(engine.paths.container(container.id), config);
    const log = await nextSegment(engine, container);
    const plan = compileStart({
      id: container.id,
      config: startConfig(engine, config),
      root: config.root.kind === 'image' ? { kind: 'mount' } : config.root,
      files,
      log,
      terminal,
      host: engine.host,
    });
    return { plan, root };
  } catch (error) {
    await root?.then((fd) => engine.kernel.close(fd)).catch(() => {});
    throw error;
  }
}

/** A helper that was killed has gone by then; whoever waited for its files may take longer to notice. */
const VISIT_END_MS = 100;

/** Ends what still looks at the last run: an overlay's upper directory is mounted once. */
export async function endVisits({ visits }: Container): Promise<void> {
  if (visits.size === 0) return;
  for (const visit of visits) visit.end();
  const closed = Promise.all([...visits].map((visit) => visit.closed));
  await Promise.race([closed, sleep(VISIT_END_MS, undefined, { ref: false })]);
}

/**
 * Whatever the host's module says: with metacopy a layer could name another file as its content, with redirect_dir another directory,
 * and the upper directory would not say by itself what changed.
 */
const OVERLAY_OPTIONS = ['metacopy=off', 'redirect_dir=off'];

/** The overlay of its image and its own directory, as a detached mount. Nothing else may have it mounted. */
export async function mountRoot(engine: EngineContext, container: Container): Promise<number> {
  const { row } = container;
  const image = engine.images.list().find(({ id }) => id === row.imageId);
  if (!image) {
    throw new BoxError('NOT_FOUND', `its image ${row.image} is gone or damaged`, {
      hint: `bring it back (box import), it must have the id ${row.imageId?.slice(0, 12)}`,
    });
  }
  const directory = engine.paths.container(container.id);
  return engine.kernel.overlay({
    lowers: engine.images.layerPaths(image),
    upper: join(directory, 'upper'),
    work: join(directory, 'work'),
    options: OVERLAY_OPTIONS,
  });
}

/** Each run begins a segment of its own, at the offset where the last one ended. */
async function nextSegment(
  engine: EngineContext,
  container: Container,
): Promise<{ sequence: number; offset: number }> {
  const last = listSegmentsNow(engine.paths.log(container.id)).at(-1);
  if (!last) return { sequence: 0, offset: container.row.logEnd };
  const { logEnd } = container.row;
  // The end is not on record when nobody saw it: a lost shim, a restart of the host.
  const offset = logEnd >= last.offset ? logEnd : (await findLogEnd(engine.paths.log(container.id))).offset;
  return { sequence: last.sequence + 1, offset };
}

/** The plan's errors speak of operations: say which container. */
function explain(error: unknown, container: Container): BoxError {
  const box = BoxError.from(error);
  return new BoxError(box.code, `container "${container.name}" could not start: ${box.message}`, {
    ...(box.hint === undefined ? {} : { hint: box.hint }),
    ...(box.details === undefined ? {} : { details: box.details }),
    cause: error,
  });
}
