import type { TerminalView } from '@boxyard/api';
import type { ContainerState } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import type { ExecRow } from '../database/schema.ts';

/** So long a session that ended is still listed, so that its end can be told. */
const ENDED_SHOWN_MS = 10 * 60 * 1000;
/** Its init runs: there is something to join. */
const LIVE: ReadonlySet<ContainerState> = new Set(['running', 'paused', 'stopping']);

/** A terminal in memory: `exec` is null for the container's own. */
export interface FoundTerminal {
  container: Container;
  exec: ExecRow | null;
}

/** The terminals of a container that run or ended a short while ago, its own first. */
export function* terminalsOf(container: Container): Generator<FoundTerminal> {
  const { config, exit, finishedAt } = container.row;
  if (config.tty && (LIVE.has(container.state) || (exit !== null && isRecent(finishedAt)))) {
    yield { container, exec: null };
  }
  for (const exec of container.execs.values()) {
    const runs = exec.exit === null && exec.pid !== null;
    if (exec.config.tty && (runs || isRecent(exec.finishedAt))) yield { container, exec };
  }
}

function isRecent(finishedAt: number | null): boolean {
  return finishedAt !== null && Date.now() - finishedAt < ENDED_SHOWN_MS;
}

export function terminalView({ container, exec }: FoundTerminal): TerminalView {
  const { id, name, row } = container;
  const about = exec ?? row;
  return {
    id: about.id,
    session: exec ? exec.id : '',
    name: exec ? nameOf(exec) : name,
    container: { id, name },
    command: exec ? exec.config.command : row.config.args,
    user: (exec ? exec.config.user : row.config.user) || null,
    running: exec ? exec.exit === null : LIVE.has(container.state),
    exit: about.exit,
    createdAt: new Date(exec ? exec.createdAt : (row.startedAt ?? row.createdAt)).toISOString(),
    finishedAt: about.finishedAt === null ? null : new Date(about.finishedAt).toISOString(),
    viewers: countViewers(container, exec?.id ?? ''),
  };
}

const SHORT_ID_LENGTH = 12;

/** Sessions of agents that gave them no names go by their id. */
export function nameOf(exec: ExecRow): string {
  return exec.config.name ?? exec.id.slice(0, SHORT_ID_LENGTH);
}

function countViewers(container: Container, session: string): number {
  return [...container.viewers].filter((viewer) => viewer.counts && viewer.session === session).length;
}
