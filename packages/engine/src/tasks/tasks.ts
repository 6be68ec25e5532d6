import { randomBytes } from 'node:crypto';
import type { TaskItem, TaskKind, TaskView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';

const ID_BYTES = 8;
/** Changes within this time are told as one: a person does not see more, a browser draws each. */
const COALESCE_MS = 100;
/** Ended tasks that are kept to be looked at. */
const ENDED_KEPT = 50;
const NOTES_KEPT = 200;

/** One bar of a task. */
export interface TaskBar {
  set(change: Partial<Pick<TaskItem, 'state' | 'current' | 'total' | 'label'>>): void;
}

/** What the work of a task sees of it. */
export interface TaskWork {
  /** Fires when it is cancelled or the agent goes down. */
  readonly signal: AbortSignal;
  /** A bar, made at its first mention. */
  item(id: string, label: string): TaskBar;
  note(line: string): void;
}

/** Called after changes, coalesced, and at once when a task begins or ends. */
export interface TaskListener {
  changed(task: TaskView): void;
  removed(id: string): void;
}

interface Task {
  view: TaskView;
  key: string | undefined;
  abort: AbortController;
  ended: Promise<void>;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Work that goes on when whoever asked for it has gone. In memory: what an agent that dies was doing is done again by who wants it, and
 * leaves nothing behind.
 */
export class Tasks implements AsyncDisposable {
  readonly #tasks = new Map<string, Task>();
  readonly #listeners = new Set<TaskListener>();
  #closing = false;

  /**
   * Begins work and answers at once. `key`: a task under way that has the same is joined instead. What `work` rejects with becomes the
   * task's error; its end by `signal` is `cancelled`, with code UNAVAILABLE when it was the agent that went down.
   */
  begin(
    what: { kind: TaskKind; subject: string; key?: string | undefined },
    work: (task: TaskWork) => Promise<TaskView['result']>,
  ): TaskView {
    if (this.#closing) {
      throw new BoxError('UNAVAILABLE', 'the agent is going down', { hint: 'try again when it is back' });
    }
    const same = [...this.#tasks.values()].find(
      ({ key, view }) => key !== undefined && key === what.key && view.state === 'running',
    );
    if (same) return { ...copy(same.view), joined: true };
    const view: TaskView = {
      id: randomBytes(ID_BYTES).toString('hex'),
      kind: what.kind,
      subject: what.subject,
      state: 'running',
      createdAt: new Date().toISOString(),
      finishedAt: null,
      items: [],
      notes: [],
      error: null,
      result: null,
      revision: 1,
    };
    const task: Task = {
      view,
      key: what.key,
      abort: new AbortController(),
      ended: Promise.resolve(),
      timer: undefined,
    };
    this.#tasks.set(view.id, task);
    this.#forgetOld();
    task.ended = this.#run(task, work);
    this.#tell(task);
    return copy(view);
  }

  /** Newest first. */
  list(): TaskView[] {
    return [...this.#tasks.values()].map(({ view }) => copy(view)).reverse();
  }

  /** Throws NOT_FOUND. */
  get(id: string): TaskView {
    return copy(this.#find(id).view);
  }

  /** Resolves once the task's revision is above `after`, it has ended, or `signal` fires. */
  async follow(id: string, after: number, signal: AbortSignal): Promise<TaskView> {
    const task = this.#find(id);
    const { promise, resolve } = Promise.withResolvers<void>();
    const told = () => (task.view.revision > after || task.view.state !== 'running') && resolve();
    const unlisten = this.listen({
      changed: ({ id: changed }) => changed === id && told(),
      removed: () => {},
    });
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    told();
    try {
      await promise;
      return copy(task.view);
    } finally {
      unlisten();
    }
  }

  /** Asks it to end; resolves when it has. A task that ended stays as it is. */
  async cancel(id: string): Promise<void> {
    const task = this.#find(id);
    task.abort.abort(new BoxError('CANCELLED', 'cancelled'));
    await task.ended;
  }

  /** Calls the listener until the returned function is called. */
  listen(listener: TaskListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Cancels everything and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    // Not CANCELLED: nobody wanted that, and a client that sees it asks the next agent again.
    const going = new BoxError('UNAVAILABLE', 'the agent went down', {
      hint: 'ask again when it is back',
    });
    for (const { abort } of this.#tasks.values()) abort.abort(going);
    await Promise.all([...this.#tasks.values()].map(({ ended }) => ended));
  }

  async #run(task: Task, work: (task: TaskWork) => Promise<TaskView['result']>): Promise<void> {
    const { view, abort } = task;
    try {
      view.result = await work(this.#workOf(task));
      view.state = 'done';
    } catch (cause) {
      const error = abort.signal.aborted ? BoxError.from(abort.signal.reason) : BoxError.from(cause);
      view.state = abort.signal.aborted || error.code === 'CANCELLED' ? 'cancelled' : 'failed';
      const { code, message, hint } = error.toJSON();
      view.error = { code, message, hint };
    }
    view.finishedAt = new Date().toISOString();
    clearTimeout(task.timer);
    view.revision++;
    this.#tell(task);
  }

  #workOf(task: Task): TaskWork {
    const { view, abort } = task;
    return {
      signal: abort.signal,
      item: (id, label) => {
        let item = view.items.find((one) => one.id === id);
        if (!item) {
          item = { id, label, state: 'waiting', current: 0, total: null };
          view.items.push(item);
          this.#changed(task);
        }
        const bar = item;
        return {
          set: (change) => {
            Object.assign(bar, change);
            this.#changed(task);
          },
        };
      },
      note: (line) => {
        view.notes.push(line);
        if (view.notes.length > NOTES_KEPT) view.notes.shift();
        this.#changed(task);
      },
    };
  }

  #changed(task: Task): void {
    if (task.view.state !== 'running') return;
    task.timer ??= setTimeout(() => {
      task.timer = undefined;
      task.view.revision++;
      this.#tell(task);
    }, COALESCE_MS);
  }

  #tell({ view }: Task): void {
    for (const listener of this.#listeners) listener.changed(copy(view));
  }

  #forgetOld(): void {
    const ended = [...this.#tasks.values()].filter(({ view }) => view.state !== 'running');
    for (const { view } of ended.slice(0, Math.max(ended.length - ENDED_KEPT, 0))) {
      this.#tasks.delete(view.id);
      for (const listener of this.#listeners) listener.removed(view.id);
    }
  }

  #find(id: string): Task {
    const task = this.#tasks.get(id);
    if (task) return task;
    throw new BoxError('NOT_FOUND', `there is no task ${id}`, {
      hint: 'the agent may have been restarted since: ask for the work again',
    });
  }
}

function copy(view: TaskView): TaskView {
  return { ...view, items: view.items.map((item) => ({ ...item })), notes: [...view.notes] };
}
