import type { TaskView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { note } from '../output/print.ts';

/** 128 + SIGINT: what a shell shows for a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** A task that was lost is asked for again: an agent that loses it twice would lose it for ever. */
const TRIES = 2;

export interface TaskDisplay {
  /** Called with each change of the task, also after its end. */
  show(task: TaskView): void;
}

/**
 * Asks for work, shows it and waits for its end. An agent that goes away is looked for again for 60 s; a task that its successor does
 * not know is asked for once more, which must be harmless. Ctrl-C cancels the task and waits until it has ended; a second one leaves.
 * Work that somebody else had begun is left to them.
 * @throws BoxError the task's own error; CANCELLED
 */
export async function followTask(
  agent: Agent,
  begin: () => Promise<TaskView>,
  display: TaskDisplay,
): Promise<TaskView> {
  using interrupt = new Interrupt(agent);
  for (let tries = 1; ; tries++) {
    const task = await untilEnd(agent, begin, (view) => {
      interrupt.watch(view);
      display.show(view);
    });
    if (task?.state === 'done') return task;
    const error = task?.error ?? gone();
    if (!isLost(task, interrupt) || tries === TRIES) throw BoxError.from(error);
    note(`box: ${error.message}; asking again`);
  }
}

/** Its end was not about the work: the agent that did it went away, or whoever had begun it did not want it any more. */
function isLost(task: TaskView | undefined, interrupt: Interrupt): boolean {
  if (interrupt.pressed) return false;
  return !task || (task.state === 'cancelled' && (interrupt.joined || task.error?.code === 'UNAVAILABLE'));
}

/** The task when it has ended; undefined when the agent does not know it any more. */
async function untilEnd(
  agent: Agent,
  begin: () => Promise<TaskView>,
  show: (task: TaskView) => void,
): Promise<TaskView | undefined> {
  let task = await agent.persistently(begin, '');
  show(task);
  while (task.state === 'running') {
    const last = { task: task.id, after: task.revision };
    try {
      task = await agent.persistently(() => agent.query('tasks.follow', last), '');
    } catch (error) {
      if (error instanceof BoxError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
    show(task);
  }
  return task;
}

const gone = () =>
  new BoxError('UNAVAILABLE', 'the agent was restarted meanwhile', { hint: 'try again when it stays up' });

/** Ctrl-C and its like while a task is followed. */
class Interrupt implements Disposable {
  pressed = false;
  /** The task was under way when it was asked for. */
  joined = false;
  readonly #agent: Agent;
  #task: TaskView | undefined;

  constructor(agent: Agent) {
    this.#agent = agent;
    for (const signal of ENDING) process.on(signal, this.#press);
  }

  watch(task: TaskView): void {
    if (task.id !== this.#task?.id) this.joined = task.joined === true;
    const first = this.#task === undefined;
    this.#task = task;
    if (first && this.pressed) this.#end();
  }

  readonly #press = (): void => {
    if (this.pressed) process.exit(EXIT_INTERRUPTED);
    this.pressed = true;
    if (this.#task) this.#end();
  };

  #end(): void {
    if (!this.#task || this.joined) process.exit(EXIT_INTERRUPTED);
    // An agent that is away cannot be told, and its successor would not know the task.
    void this.#agent.mutate('tasks.cancel', { task: this.#task.id }).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    for (const signal of ENDING) process.off(signal, this.#press);
  }
}
