import { type Action, allowedStates, BoxError, type ContainerState, can } from '@boxyard/spec';
import type { ContainerRow, ExecRow } from '../database/schema.ts';
import { Mutex } from './mutex.ts';
import { SHORT_ID_LENGTH } from './references.ts';
import type { Supervision } from './supervision.ts';

/** One container in memory: its row, its exec sessions, and while a shim supervises it, the connection to that. */
export class Container {
  readonly row: ContainerRow;
  readonly execs = new Map<string, ExecRow>();
  readonly unsavedExecs = new Set<ExecRow>();
  /** Held by whoever changes the container's life: start, stop, remove, rename, adoption. */
  readonly lock = new Mutex();
  /** While its shim is there, from start or adoption until the shim's connection ends. */
  supervision: Supervision | undefined;
  /** Removed: whoever waited for the lock finds nothing to do any more. */
  gone = false;

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
