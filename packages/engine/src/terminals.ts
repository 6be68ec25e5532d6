import type { Container } from './containers/container.ts';
import type { Paths } from './paths.ts';
import type { EngineFace, TerminalSession } from './streams.ts';

type Listener = Parameters<EngineFace['onTerminal']>[0];

/** The terminal sessions that run, told to whoever remembers their screens. */
export class Terminals {
  readonly #open = new Map<string, TerminalSession>();
  readonly #listeners = new Set<Listener>();
  readonly #paths: Paths;

  constructor(paths: Paths) {
    this.#paths = paths;
  }

  started(container: Container, session: string, size: { rows: number; columns: number }): void {
    const terminal = {
      container: container.id,
      session,
      ...size,
      // The log's end is recorded when a run ends: until then it is where this run began. Exec sessions count from 0.
      offset: session === '' ? container.row.logEnd : 0,
      runDirectory: this.#paths.runOf(container.id),
    };
    this.#open.set(`${container.id}/${session}`, terminal);
    for (const listener of this.#listeners) listener.started(terminal);
  }

  /** Nothing happens for a session without a terminal. */
  ended(container: Container, session: string): void {
    if (!this.#open.delete(`${container.id}/${session}`)) return;
    for (const listener of this.#listeners) listener.ended(container.id, session);
  }

  /** Tells `listener` of those that are open at once, then of changes. */
  listen(listener: Listener): () => void {
    for (const terminal of this.#open.values()) listener.started(terminal);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
