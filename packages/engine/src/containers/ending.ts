import { rm } from 'node:fs/promises';
import { type ExitFile, readExitFile, type SessionExit } from '@boxyard/runtime';
import { type BoxError, type ErrorCode, type ExitStatus, exitCodeOf, isAlive } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';
import type { ContainerRow } from '../database/schema.ts';
import { findLogEnd } from '../logs/seek.ts';
import { tellMounts } from '../volumes/tell.ts';
import { removeEnded } from './auto-remove.ts';
import type { Container } from './container.ts';
import { acknowledgeExecs, recordExecEnd } from './exec-end.ts';
import { Supervision } from './supervision.ts';
import { tellContainer } from './tell.ts';

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** How a container ended, whoever tells: its shim, the file the shim left, or the absence of both. */
export interface End {
  exit: ExitStatus;
  /** Unix milliseconds. */
  finishedAt: number;
  /** Content offset of the end of its log; undefined when nobody told. */
  logEnd?: number | undefined;
  reason?: string | undefined;
}

/** The handlers of a shim's connection. Give it the client by `begin` once the container is on record as running. */
export function superviseContainer(engine: EngineContext, container: Container): Supervision {
  const supervision: Supervision = new Supervision({
    exit(exit) {
      if (exit.id !== '') recordExecEnd(engine, container, exit);
      else initEnded(engine, container, exit);
    },
    closed() {
      if (container.supervision !== supervision) return;
      container.supervision = undefined;
      if (isAlive(container.state)) {
        void engine.background.run('recording a lost container', () => shimVanished(engine, container));
      }
    },
  });
  return supervision;
}

function initEnded(engine: EngineContext, container: Container, exit: SessionExit): void {
  // After a reconnect the shim tells again what is on record already.
  if (isAlive(container.state)) {
    recordEnd(engine, container, {
      exit: exit.status,
      finishedAt: Number(exit.finishedAt / NANOSECONDS_PER_MILLISECOND),
      logEnd: exit.outputEnd,
    });
  } else {
    // The agent that put it on record may have died before it had tidied up.
    tidyLater(engine, container);
  }
  const { supervision } = container;
  if (!supervision) return;
  // The shim ends once it has this and its viewers have left; clients of exec sessions may still be on their way.
  void engine.background.run('acknowledging an exit', async () => {
    await acknowledgeExecs(engine, container);
    if (!(await engine.containers.saved(container, engine.background.signal))) return;
    await supervision.client.acknowledge().catch(() => {}); // gone already: then it needs no answer
  });
}

/** The one place where a container becomes stopped, exited or lost. */
export function recordEnd(engine: EngineContext, container: Container, end: End): void {
  const { row } = container;
  const state = end.exit.kind === 'lost' ? 'lost' : row.stopAsked ? 'stopped' : 'exited';
  endExecs(engine, container, end);
  engine.containers.update(container, {
    state: end.reason === HOST_RESTARTED ? 'exited' : state,
    exit: end.exit,
    finishedAt: end.finishedAt,
    pid: null,
    reason: end.reason ?? (end.exit.kind === 'oom' ? 'it ran out of memory' : null),
    stopAsked: false,
    ...(end.logEnd === undefined ? {} : { logEnd: end.logEnd }),
  });
  engine.terminals.ended(container, '');
  tellEnd(engine, container, end.exit);
  tellMounts(engine, container, 'unmount');
  engine.records.save(container);
  tidyLater(engine, container);
  if (row.config.autoRemove) removeEnded(engine, container);
}

export const HOST_RESTARTED = 'the host was restarted';

/** With its init every process of a container is gone: execs whose exits nobody told ended with it. */
function endExecs(engine: EngineContext, container: Container, end: End): void {
  for (const exec of container.execs.values()) {
    if (exec.exit !== null || end.exit.kind !== 'lost') continue;
    const exit = { kind: 'lost', reason: end.exit.reason } as const;
    engine.containers.updateExec(container, Object.assign(exec, { exit, finishedAt: end.finishedAt }));
    engine.terminals.ended(container, exec.id);
  }
}

function tellEnd(engine: EngineContext, container: Container, exit: ExitStatus): void {
  const { startedAt, finishedAt, reason } = container.row;
  const seconds = Math.round(((finishedAt ?? 0) - (startedAt ?? finishedAt ?? 0)) / 1000);
  const attributes = {
    exitCode: String(exitCodeOf(exit)),
    execDuration: String(Math.max(0, seconds)),
    ...(exit.kind === 'signal' ? { signal: String(exit.signal) } : {}),
    ...(reason === null ? {} : { reason }),
  };
  if (exit.kind === 'oom') tellContainer(engine, container, { action: 'oom' });
  tellContainer(engine, container, { action: 'die', attributes });
  if (container.state === 'stopped') tellContainer(engine, container, { action: 'stop' });
  if (container.state === 'lost') tellContainer(engine, container, { action: 'lost' });
}

function tidyLater(engine: EngineContext, container: Container): void {
  container.tidied = engine.background.run('tidying up after a container', () => tidy(engine, container));
}

/** Everything of the last run but its log and file system: cgroup, then (when the shim has gone) the run directory. */
async function tidy(engine: EngineContext, container: Container): Promise<void> {
  const { supervision } = container;
  engine.cgroups.kill(container.id);
  await Promise.all([
    engine.cgroups.remove(container.id),
    supervision && Promise.race([supervision.closed, aborted(engine.background.signal)]),
  ]);
  // The run directory holds exit.json: it may go when the database has what is in it.
  if (!(await engine.containers.saved(container, engine.background.signal))) return;
  await rm(engine.paths.runOf(container.id), { recursive: true, force: true });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** The connection ended before an exit was told: the shim wrote one down, or it was killed and its box must follow. */
async function shimVanished(engine: EngineContext, container: Container): Promise<void> {
  const exit = readExitFile(engine.paths.runOf(container.id));
  if (exit) recordExitFile(engine, container, exit);
  else await recordLost(engine, container);
}

/** Kills what is left of a container whose shim died; how its program would have ended is not known and not invented. */
export async function recordLost(engine: EngineContext, container: Container): Promise<void> {
  engine.cgroups.kill(container.id);
  await engine.cgroups.waitEmpty(container.id);
  const { offset } = await findLogEnd(engine.paths.log(container.id));
  recordEnd(engine, container, {
    exit: { kind: 'lost', reason: 'its supervisor died' },
    finishedAt: Date.now(),
    logEnd: offset,
    reason: 'its supervisor died, so it was killed',
  });
}

/** What the shim wrote down while no agent listened. */
export function recordExitFile(engine: EngineContext, container: Container, file: ExitFile): void {
  for (const exec of file.execs) {
    recordExecEnd(engine, container, {
      id: exec.id,
      status: exec.status,
      finishedAt: BigInt(milliseconds(exec.finishedAt)) * NANOSECONDS_PER_MILLISECOND,
      outputEnd: exec.outputEnd,
    });
  }
  if (file.startedAt !== null) container.row.startedAt ??= milliseconds(file.startedAt);
  recordEnd(engine, container, {
    exit: file.status,
    finishedAt: milliseconds(file.finishedAt),
    logEnd: file.outputEnd,
    reason: file.error,
  });
}

function milliseconds(time: string | null): number {
  return time === null ? Date.now() : Date.parse(time);
}

/** Exit codes of a command that could not be executed, as a shell gives them. */
const START_FAILURE_CODES: Partial<Record<ErrorCode, number>> = {
  COMMAND_NOT_FOUND: 127,
  COMMAND_NOT_EXECUTABLE: 126,
};
/** Boxyard's own failure, as Docker has it. */
export const START_FAILURE_CODE = 125;

/** Back to what it was, with the reason; nothing of the attempt is left. */
export async function recordStartFailure(
  engine: EngineContext,
  container: Container,
  { before, error }: { before: ContainerRow; error: BoxError },
): Promise<void> {
  container.supervision = undefined;
  await tidy(engine, container);
  const code = START_FAILURE_CODES[error.code] ?? START_FAILURE_CODE;
  engine.containers.update(container, {
    state: before.state,
    exit: { kind: 'code', code },
    finishedAt: before.finishedAt,
    startedAt: before.startedAt,
    reason: error.message,
    stopAsked: false,
    pid: null,
  });
  engine.records.save(container);
  if (container.row.config.autoRemove) removeEnded(engine, container);
}
