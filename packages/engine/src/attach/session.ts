import type { ExitStatus } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import { execSeen } from '../containers/exec-end.ts';
import type { EngineContext } from '../context.ts';

/** What a viewer looks at: the container's init (whose output the log keeps) or one of its exec sessions. */
export interface ViewedSession {
  /** '' = the init. */
  id: string;
  tty: boolean;
  /** Where output lies that the shim no longer has. */
  logDirectory: string | undefined;
  /** How it ended, if it did. */
  end(): { exit: ExitStatus; finishedAt: number; outputEnd: number | undefined } | undefined;
  /** A viewer got its end. */
  seen(faithful: boolean): void;
}

export function initSession(engine: EngineContext, container: Container): ViewedSession {
  return {
    id: '',
    tty: container.row.config.tty,
    logDirectory: engine.paths.log(container.id),
    end() {
      const { exit, finishedAt, logEnd, state } = container.row;
      if (!exit || state === 'starting') return undefined;
      return { exit, finishedAt: finishedAt ?? container.row.createdAt, outputEnd: logEnd };
    },
    seen(faithful) {
      if (!faithful) return;
      container.endSeen = true;
      container.notify();
    },
  };
}

export function execSession(
  engine: EngineContext,
  container: Container,
  id: string,
): ViewedSession | undefined {
  const exec = container.execs.get(id);
  if (!exec) return undefined;
  return {
    id,
    tty: exec.config.tty,
    logDirectory: undefined,
    end: () =>
      exec.exit === null
        ? undefined
        : { exit: exec.exit, finishedAt: exec.finishedAt ?? exec.createdAt, outputEnd: undefined },
    seen: () => execSeen(engine, container, id),
  };
}
