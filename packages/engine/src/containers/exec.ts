import type { ExecRequest, ExecView } from '@boxyard/api';
import { compileExec, DEFAULT_TERMINAL, RING_BYTES } from '@boxyard/runtime';
import { BoxError, SESSION_HOLD, SESSION_STDIN, SESSION_TTY } from '@boxyard/spec';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import type { ExecRow } from '../database/schema.ts';
import { sessionName } from '../terminals/names.ts';
import type { Container } from './container.ts';
import { tellContainer } from './tell.ts';
import { execViewOf } from './view.ts';

/** Runs a further command in a running container; resolves once it runs. The same id a second time starts nothing. */
export async function execInContainer(engine: EngineContext, request: ExecRequest): Promise<ExecView> {
  assertOpen(engine);
  const container = findContainer(engine, request.container);
  const underWay = container.execCalls.get(request.id);
  if (underWay) return execViewOf(await underWay);
  const known = container.execs.get(request.id);
  if (known) return execViewOf(known);
  container.assertCan('exec');
  const call = startExec(engine, container, request).finally(() => container.execCalls.delete(request.id));
  container.execCalls.set(request.id, call);
  return execViewOf(await call);
}

async function startExec(
  engine: EngineContext,
  container: Container,
  request: ExecRequest,
): Promise<ExecRow> {
  const { supervision } = container;
  if (!supervision) throw new BoxError('UNAVAILABLE', `the supervisor of "${container.name}" is gone`);
  const { command, env, user, workdir, tty, openStdin, detach, privileged } = request;
  const name = sessionName(engine, container, request);
  const row: ExecRow = {
    id: request.id,
    container: container.id,
    config: { name, command, env, user, workdir, tty, openStdin, detach, privileged },
    pid: null,
    createdAt: Date.now(),
    finishedAt: null,
    exit: null,
  };
  const attributes = { execID: row.id, command: command.join(' ') };
  forgetOldExecs(engine, container);
  engine.containers.insertExec(container, row);
  tellContainer(engine, container, { action: 'exec_create', attributes });
  try {
    const terminal = {
      rows: request.rows ?? DEFAULT_TERMINAL.rows,
      columns: request.columns ?? DEFAULT_TERMINAL.columns,
    };
    const plan = compileExec({
      config: container.row.config,
      args: command,
      tty,
      terminal,
      env,
      user,
      workdir,
      privileged,
      host: engine.host,
    });
    const session = { id: row.id, flags: sessionFlags(request), ...terminal, ringBytes: RING_BYTES };
    row.pid = await supervision.client.exec(session, plan, engine.helper);
    engine.containers.updateExec(container, row);
    if (tty && row.exit === null) engine.terminals.started(container, row.id, terminal);
    tellContainer(engine, container, { action: 'exec_start', attributes });
    return row;
  } catch (error) {
    engine.containers.removeExec(container, row.id);
    throw error;
  }
}

/** Ended sessions of a container that are remembered: a health check every second must not fill the database. */
const EXECS_KEPT = 100;

function forgetOldExecs(engine: EngineContext, container: Container): void {
  for (const [id, { exit }] of container.execs) {
    if (container.execs.size < EXECS_KEPT) return;
    if (exit === null) continue;
    container.seenExecs.delete(id);
    engine.containers.removeExec(container, id);
  }
}

/** Pipes are held back for their reader, as no log keeps that output; without a reader to come it is thrown away. */
function sessionFlags({ tty, openStdin, detach }: ExecRequest): number {
  return (tty ? SESSION_TTY : 0) | (openStdin ? SESSION_STDIN : 0) | (tty || detach ? 0 : SESSION_HOLD);
}

/** Resolves when the exec session ended. */
export async function waitForExec(
  engine: EngineContext,
  { reference, id, signal }: { reference: string; id: string; signal?: AbortSignal | undefined },
): Promise<ExecView> {
  const container = findContainer(engine, reference);
  const exec = container.execs.get(id);
  if (!exec) {
    throw new BoxError('NOT_FOUND', `container "${container.name}" has no exec session ${id.slice(0, 12)}`, {
      hint: 'box inspect shows those it has',
    });
  }
  const signals = signal ? AbortSignal.any([signal, engine.background.signal]) : engine.background.signal;
  if (await container.until(() => exec.exit !== null || container.gone, { signal: signals }))
    return execViewOf(exec);
  throw engine.background.signal.aborted
    ? new BoxError('UNAVAILABLE', 'the agent is going down', { hint: 'wait again when it is back' })
    : new BoxError('CANCELLED', 'nobody waits any more');
}
