import { type Action, allowedStates, BoxError, type ContainerState, can } from '@boxyard/spec';
import type { ContainerRow, ExecRow } from '../database/schema.ts';
import { Mutex } from './mutex.ts';
import { SHORT_ID_LENGTH } from './references.ts';
import type { Supervision } from './supervision.ts';

/** Whoever looks at one of a container's sessions. */
export interface SessionViewer {
  /** '' = the init's. */
  readonly session: string;
  /** A person or program outside; false for the agent's own screen memory. */
  readonly counts: boolean;
  close(): void;
}

/** One container in memory: its row, its exec sessions, and while a shim supervises it, the connection to that. */
export class Container {
  readonly row: ContainerRow;
  readonly execs = new Map<string, ExecRow>();
  readonly unsavedExecs = new Set<ExecRow>();
  /** Held by whoever changes the container's life: start, stop, remove, rename, adoption. */
  readonly lock = new Mutex();
  /** While its shim is there, from start or adoption until the shim's connection ends. */
  supervision: Supervision | undefined;
  /** Resolves when nothing of the last run is left: its shim, run directory and cgroup. */
  tidied: Promise<void> = Promise.resolve();
  /** Exec calls under way, by exec id: a repeated call joins the first. */
  readonly execCalls = new Map<string, Promise<ExecRow>>();
  /** Viewers that want to see the end: an automatic removal waits for them. */
  readonly viewers = new Set<SessionViewer>();
  /** Exec sessions whose exit a viewer got. */
  readonly seenExecs = new Set<string>();
  /** A viewer got the exit of the init since it ended. */
  endSeen = false;
  /** When this agent found it running (performance.now()): clients of the last agent may still be on their way back. */
  adoptedAt: number | undefined;
  /** Work in the mount namespace of its last run, which keeps its root mounted. */
  readonly visits = new Set<{ end: () => void; closed: Promise<void> }>();
  /** Removed: whoever waited for the lock finds nothing to do any more. */
  gone = false;
  readonly #watchers = new Set<() => void>();

  constructor(row: ContainerRow) {
    this.row = row;
  }

  get id(): string {
    return this.row.id;
  }
  get shortId(): string {
    return this.row.id.slice(0, SHORT_ID_LENGTH);
  }
  get name(): string {
    return this.row.name;
  }
  get state(): ContainerState {
    return this.row.state;
  }

  /** Called after every change. */
  notify(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Calls `watcher` after every change, until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Resolves true once `test` holds; false when `signal` fires or `timeout` (milliseconds) is over before. */
  async until(
    test: () => boolean,
    options: { signal?: AbortSignal; timeout?: number } = {},
  ): Promise<boolean> {
    if (test()) return true;
    if (options.signal?.aborted) return false;
    return new Promise((resolve) => {
      const finish = (held: boolean) => {
        unwatch();
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', aborted);
        resolve(held);
      };
      const aborted = () => finish(false);
      const unwatch = this.watch(() => test() && finish(true));
      const timer = options.timeout === undefined ? undefined : setTimeout(finish, options.timeout, false);
      options.signal?.addEventListener('abort', aborted);
    });
  }

  /** Throws WRONG_STATE, naming the state and what would be allowed, unless `action` fits the state it is in. */
  assertCan(action: Action): void {
    if (can(action, this.state)) return;
    const verb = action === 'remove' ? 'removed' : PAST[action];
    throw new BoxError('WRONG_STATE', `container "${this.name}" is ${this.state} and cannot be ${verb}`, {
      hint: HINTS[action] ?? `possible when it is ${allowedStates(action).join(', ')}`,
      details: { state: this.state, allowed: allowedStates(action) },
    });
  }
}

const PAST: Record<Action, string> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  kill: 'killed',
  pause: 'paused',
  unpause: 'unpaused',
  exec: 'entered by exec',
  attach: 'attached to',
  top: 'looked into',
  remove: 'removed',
  'force-remove': 'removed',
  rename: 'renamed',
};

const HINTS: Partial<Record<Action, string>> = {
  remove: 'stop it first, or remove it by force: box rm -f',
  exec: 'exec works in a running container; start it first: box start',
  attach: 'start it first: box start',
  top: 'start it first: box start',
};
