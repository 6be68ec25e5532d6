import type { SessionExit } from '@boxyard/runtime';
import { exitCodeOf } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';
import type { ExecRow } from '../database/schema.ts';
import type { Container } from './container.ts';
import { tellContainer } from './tell.ts';

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
/** Clients reconnect for 60 s: so long the shim keeps an ended session's output for a viewer that has not come yet. */
const UNSEEN_MS = 60_000;
/** The same when the box itself has ended: its shim should not stay long for that. */
const UNSEEN_AFTER_END_MS = 2_000;

/** An exec session ended: its exit is on record at once, its output stays with the shim until somebody saw it. */
export function recordExecEnd(engine: EngineContext, container: Container, exit: SessionExit): void {
  const exec = container.execs.get(exit.id);
  if (!exec) {
    // Not on record: its row was never written, so no client can know its id.
    acknowledgeExec(engine, container, exit.id);
    return;
  }
  if (exec.exit === null) {
    const finishedAt = Number(exit.finishedAt / NANOSECONDS_PER_MILLISECOND);
    engine.containers.updateExec(container, Object.assign(exec, { exit: exit.status, finishedAt }));
    tellContainer(engine, container, {
      action: 'exec_die',
      attributes: { execID: exec.id, exitCode: String(exitCodeOf(exit.status)) },
    });
  }
  engine.terminals.ended(container, exec.id);
  if (exec.config.detach || container.seenExecs.has(exec.id)) acknowledgeExec(engine, container, exec.id);
  else
    engine.background.later('forgetting an exec session', UNSEEN_MS, async () =>
      acknowledgeExec(engine, container, exec.id),
    );
}

/** A viewer has had all of this session's output and its exit: nobody needs the shim to keep them. */
export function execSeen(engine: EngineContext, container: Container, id: string): void {
  container.seenExecs.add(id);
  container.notify();
  if (container.execs.get(id)?.exit) acknowledgeExec(engine, container, id);
}

function acknowledgeExec(engine: EngineContext, container: Container, id: string): void {
  const { supervision } = container;
  if (!supervision) return;
  // A shim that is gone has forgotten it already.
  void engine.background.run('acknowledging an exec', () =>
    supervision.client.acknowledge(id).catch(() => {}),
  );
}

/** Waits a little for those who have not fetched the output of their exec sessions. */
export async function acknowledgeExecs(engine: EngineContext, container: Container): Promise<void> {
  const unseen = ({ config, id, finishedAt }: ExecRow) =>
    !config.detach &&
    !container.seenExecs.has(id) &&
    Date.now() - (finishedAt ?? Date.now()) < UNSEEN_AFTER_END_MS;
  await container.until(() => ![...container.execs.values()].some(unseen), {
    timeout: UNSEEN_AFTER_END_MS,
    signal: engine.background.signal,
  });
}
