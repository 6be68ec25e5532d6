import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Adopted, adopt, hasSupervisor, type ShimState } from '@boxyard/runtime';
import { BoxError, exitCodeOf, isAlive, SESSION_TTY } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import {
  HOST_RESTARTED,
  recordEnd,
  recordExitFile,
  recordLost,
  recordStartFailure,
  START_FAILURE_CODE,
  superviseContainer,
} from '../containers/ending.ts';
import { thawLeftFrozen } from '../containers/freeze.ts';
import { recordStart } from '../containers/launch.ts';
import { removeLocked } from '../containers/remove.ts';
import { endContainer } from '../containers/stop.ts';
import { type Supervision, terminateShim } from '../containers/supervision.ts';
import type { EngineContext } from '../context.ts';
import { findLogEnd } from '../logs/seek.ts';

/** Side by side: an adoption is mostly waiting for one answer on a socket. */
const AT_ONCE = 32;

export interface AdoptionResult {
  adopted: number;
  ended: number;
  lost: number;
}

/**
 * Finds out what became of every container while no agent looked, and finishes or undoes what the last agent was in the middle of. Nothing
 * here changes a container that runs.
 */
export async function adoptAll(engine: EngineContext): Promise<AdoptionResult> {
  const result = { adopted: 0, ended: 0, lost: 0 };
  await sweepUnfinished(engine);
  const queue = [...engine.containers.values()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let container = queue.pop(); container; container = queue.pop()) {
        const wasAlive = isAlive(container.state);
        await adoptOne(engine, container).catch((error: unknown) => {
          engine.logger.error({ err: error, container: container.id }, 'a container could not be adopted');
        });
        if (container.supervision && isAlive(container.state)) result.adopted += 1;
        else if (container.state === 'lost' && wasAlive) result.lost += 1;
        else if (wasAlive) result.ended += 1;
      }
    }),
  );
  return result;
}

/** Directories of containers whose making was cut off: they have no row and no record. */
async function sweepUnfinished(engine: EngineContext): Promise<void> {
  for (const id of readdirSync(engine.paths.containers)) {
    if (engine.containers.byId(id) || existsSync(engine.paths.containerRecord(id))) continue;
    engine.logger.info({ container: id }, 'removing a container whose making was cut off');
    await engine.images.removeTree(engine.paths.container(id));
  }
}

async function adoptOne(engine: EngineContext, container: Container): Promise<void> {
  const { row } = container;
  if (!existsSync(engine.paths.containerRecord(container.id))) engine.records.save(container);
  if (row.state === 'removing') {
    await tidyLeftovers(engine, container);
    return removeLocked(engine, container, { volumes: row.config.autoRemove });
  }
  const hasRun = existsSync(engine.paths.runOf(container.id));
  if (hasRun) return adoptRun(engine, container);
  if (isAlive(row.state)) await recordVanished(engine, container);
}

async function adoptRun(engine: EngineContext, container: Container): Promise<void> {
  const { found, supervision } = await reachRun(engine, container);
  if (found.kind === 'alive') {
    const { state } = found;
    container.supervision = supervision;
    await thawLeftFrozen(engine, container);
    // A database restored from the records may know less than the shim.
    if (isAlive(container.state) || state.status === 'running') adoptRunning(engine, container, state);
    supervision.begin(found.client);
    return;
  }
  if (!isAlive(container.state) && !isNews(container, found)) return tidyLeftovers(engine, container);
  const { row } = container;
  if (found.kind === 'exited' && found.exit.bootId === engine.host.bootId) {
    // A start that the last agent's death cut off ends by itself: it never ran, so there is no end to record.
    const cutOff = found.exit.startedAt === null && exitCodeOf(found.exit.status) === START_FAILURE_CODE;
    if (cutOff && row.state === 'starting') return undoStart(engine, container);
    container.adoptedAt = performance.now();
    recordExitFile(engine, container, found.exit);
  } else {
    await recordVanished(engine, container);
  }
}

/** How often a shim may end between its answer and the next question: it ends once. */
const REACH_ATTEMPTS = 2;

/** The shim with a state that is not "starting", or what it left: the agent's death may be what makes its start fail. */
async function reachRun(
  engine: EngineContext,
  container: Container,
): Promise<{ found: Adopted; supervision: Supervision }> {
  for (let attempt = 1; ; attempt++) {
    const supervision = superviseContainer(engine, container);
    const found = await adopt(engine.kernel, engine.paths.runOf(container.id), supervision);
    if (found.kind !== 'alive') return { found, supervision };
    try {
      const state = await settledState(found.state, () => found.client.state());
      return { found: { ...found, state }, supervision };
    } catch (error) {
      found.client[Symbol.dispose]();
      if (attempt === REACH_ATTEMPTS) throw error;
    }
  }
}

/** The shim left a record of an end that is not on ours. */
function isNews({ row }: Container, found: Adopted): boolean {
  if (found.kind !== 'exited' || found.exit.startedAt === null || found.exit.finishedAt === null)
    return false;
  return Date.parse(found.exit.finishedAt) > (row.finishedAt ?? row.createdAt);
}

/** A shim may be found between clone and execve: a moment later it knows. */
async function settledState(state: ShimState, again: () => Promise<ShimState>): Promise<ShimState> {
  let now = state;
  while (now.status === 'starting') {
    await new Promise((resolve) => setTimeout(resolve, 5));
    now = await again();
  }
  return now;
}

function adoptRunning(engine: EngineContext, container: Container, state: ShimState): void {
  const stopping = container.state === 'stopping';
  container.adoptedAt = performance.now();
  const before = container.state;
  if (!isAlive(before) || before === 'starting') recordStart(engine, container, state);
  else if (before !== 'running' || container.row.pid !== state.initPid) {
    engine.containers.update(container, { state: 'running', pid: state.initPid });
  }
  adoptSessions(engine, container, state);
  if (!stopping) return;
  void engine.background.run('finishing a stop', async () => {
    using _held = await container.lock.acquire();
    if (isAlive(container.state)) await endContainer(engine, container, container.row.config.stopTimeout);
  });
}

function adoptSessions(engine: EngineContext, container: Container, state: ShimState): void {
  const known = new Set(state.sessions.map(({ id }) => id));
  for (const session of state.sessions) {
    if (session.exit || (session.flags & SESSION_TTY) === 0) continue;
    engine.terminals.started(container, session.id, { rows: session.rows, columns: session.columns });
  }
  for (const session of state.sessions) {
    const exec = container.execs.get(session.id);
    if (exec && exec.pid === null)
      engine.containers.updateExec(container, Object.assign(exec, { pid: session.pid }));
  }
  for (const exec of container.execs.values()) {
    // Written down, but the agent died before it asked the shim: it never ran.
    if (exec.exit === null && !known.has(exec.id)) engine.containers.removeExec(container, exec.id);
  }
}

/** No shim and no record of an end. */
async function recordVanished(engine: EngineContext, container: Container): Promise<void> {
  const { row } = container;
  if (row.bootId !== null && row.bootId !== engine.host.bootId) {
    const { offset } = await findLogEnd(engine.paths.log(container.id));
    recordEnd(engine, container, {
      exit: { kind: 'lost', reason: HOST_RESTARTED },
      finishedAt: Date.now(),
      logEnd: offset,
      reason: HOST_RESTARTED,
    });
  } else if (row.state === 'starting') {
    await undoStart(engine, container);
  } else {
    await recordLost(engine, container);
  }
}

async function undoStart(engine: EngineContext, container: Container): Promise<void> {
  const { row } = container;
  await tidyLeftovers(engine, container);
  const error = new BoxError('UNAVAILABLE', 'the agent ended while it was starting');
  const state = row.startedAt === null ? 'created' : 'exited';
  await recordStartFailure(engine, container, { before: { ...row, state }, error });
}

/** What an earlier run left behind, when nothing of it lives any more. */
async function tidyLeftovers(engine: EngineContext, container: Container): Promise<void> {
  await endSupervisor(engine, container);
  engine.cgroups.kill(container.id);
  await engine.cgroups.remove(container.id);
  await rm(engine.paths.runOf(container.id), { recursive: true, force: true });
}

/** How long a supervisor may take to end: it is killed with its box, and writes a file of a few lines. */
const END_TIMEOUT_MS = 5_000;
const END_POLL_MS = 5;

/** The supervisor of a container that was being started or removed; one that has just begun is waited for. */
async function endSupervisor(engine: EngineContext, container: Container): Promise<void> {
  const directory = engine.paths.runOf(container.id);
  const deadline = performance.now() + END_TIMEOUT_MS;
  while (hasSupervisor(engine.kernel, directory) && performance.now() < deadline) {
    engine.cgroups.kill(container.id);
    await terminateShim(directory);
    await new Promise((resolve) => setTimeout(resolve, END_POLL_MS));
  }
}
