import type { Container } from '../containers/container.ts';
import type { Paths } from '../paths.ts';
import type { EngineFace, TerminalSession } from '../streams.ts';

type Listener = Parameters<EngineFace['onTerminal']>[0];

/** The terminal sessions that run, told to whoever remembers their screens; and that something about a container's terminals changed. */
export class Terminals {
  readonly #open = new Map<string, TerminalSession>();
  readonly #listeners = new Set<Listener>();
  readonly #watchers = new Set<(container: string) => void>();
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
    this.changed(container);
  }

  /** Nothing happens for a session without a terminal. */
  ended(container: Container, session: string): void {
    if (!this.#open.delete(`${container.id}/${session}`)) return;
    for (const listener of this.#listeners) listener.ended(container.id, session);
    this.changed(container);
  }

  /** Another session, name, end or viewer: what `terminals.list` says of this container is another than before. */
  changed(container: Container): void {
    for (const watcher of this.#watchers) watcher(container.id);
  }

  /** Calls `watcher` with the id of each container whose terminals changed, until the returned function is called. */
  watch(watcher: (container: string) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Tells `listener` of those that are open at once, then of changes. */
  listen(listener: Listener): () => void {
    for (const terminal of this.#open.values()) listener.started(terminal);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
