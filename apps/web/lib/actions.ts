import type { ContainerView } from '@boxyard/api';
import { type Action, type BoxError, type ContainerState, can, isAlive } from '@boxyard/spec';
import { api, boxErrorOf, CALLS_IN_ONE_REQUEST } from './api';
import { wish, withdraw } from './containers/wishes';
import { toast, toastError } from './toasts';

/** What a person does to boxes from a list or a page. The feed reports the result; only failures need words. */
export const ROW_ACTIONS = ['start', 'stop', 'restart', 'kill', 'remove'] as const;
export type RowAction = (typeof ROW_ACTIONS)[number];

interface Verb {
  label: string;
  done: string;
  /** What it is shown as until the feed tells. */
  meanwhile: ContainerState;
  call: (container: ContainerView) => Promise<unknown>;
  /** That is how it should be, whoever did it. */
  met: (state: ContainerState | 'gone') => boolean;
}

const ended = (state: ContainerState | 'gone') => state === 'gone' || !isAlive(state);

export const VERBS: Record<RowAction, Verb> = {
  start: {
    label: 'Start',
    done: 'Started',
    meanwhile: 'starting',
    call: ({ id }) => api.containers.start.mutate({ container: id }),
    met: (state) => state !== 'gone' && isAlive(state),
  },
  stop: {
    label: 'Stop',
    done: 'Stopped',
    meanwhile: 'stopping',
    call: ({ id }) => api.containers.stop.mutate({ container: id }),
    met: ended,
  },
  restart: {
    label: 'Restart',
    done: 'Restarted',
    meanwhile: 'restarting',
    call: ({ id }) => api.containers.restart.mutate({ container: id }),
    met: () => false,
  },
  kill: {
    label: 'Kill',
    done: 'Killed',
    meanwhile: 'stopping',
    call: ({ id }) => api.containers.kill.mutate({ container: id }),
    met: ended,
  },
  remove: {
    label: 'Remove',
    done: 'Removed',
    meanwhile: 'removing',
    // By force: whoever was asked was told that it runs.
    call: ({ id }) => api.containers.remove.mutate({ container: id, force: true }),
    met: (state) => state === 'gone' || state === 'removing',
  },
};

/** What the state allows; a box that is not alive offers Start, so Restart would say the same twice. */
export function allowed(action: RowAction, { state }: ContainerView): boolean {
  if (action === 'remove') return can('force-remove', state);
  return can(action satisfies Action, state) && (action !== 'restart' || isAlive(state));
}

/** Resolves when the agent answered; a failure becomes a toast. */
export async function act(action: RowAction, container: ContainerView): Promise<void> {
  wish([container], VERBS[action].meanwhile);
  const failure = await attempt(action, container);
  if (failure) toastError(failure);
}

/** Of the six connections that a browser gives a host; the others stay free for what the person does next. */
const REQUESTS_AT_ONCE = 4;

/** Does it to all that it is allowed for; one toast says what came of it. */
export async function actOnAll(action: RowAction, containers: readonly ContainerView[]): Promise<void> {
  const able = containers.filter((container) => allowed(action, container));
  wish(able, VERBS[action].meanwhile);
  const failures: Failure[] = [];
  const waiting = [...able];
  const lane = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, CALLS_IN_ONE_REQUEST);
      const results = await Promise.all(batch.map((container) => attempt(action, container)));
      results.forEach((error, index) => {
        if (error) failures.push({ name: batch[index]?.name ?? '', error });
      });
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, lane));
  const summary = summarize(action, able.length, failures);
  toast({ ...summary, tone: failures.length > 0 ? 'bad' : 'good' });
}

export interface Failure {
  name: string;
  error: BoxError;
}

/** Failures that a toast has room to name. */
const FAILURES_NAMED = 5;

/** `Stopped 10 of 12 boxes`, and which failed and why. */
export function summarize(
  action: RowAction,
  total: number,
  failures: readonly Failure[],
): { title: string; hint?: string } {
  const boxes = (count: number) => `${count} ${count === 1 ? 'box' : 'boxes'}`;
  const { done } = VERBS[action];
  if (failures.length === 0) return { title: `${done} ${boxes(total)}` };
  const named = failures.slice(0, FAILURES_NAMED).map(({ name, error }) => `${name}: ${error.message}`);
  const rest = failures.length - named.length;
  return {
    title: `${done} ${total - failures.length} of ${boxes(total)}`,
    hint: [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(' · '),
  };
}

/** By then the feed has told of what an answered call did. */
const FEED_LAG_MS = 2000;

/** Null when it is done, or when somebody else did the same meanwhile: that is what was asked for. */
async function attempt(action: RowAction, container: ContainerView): Promise<BoxError | null> {
  try {
    await VERBS[action].call(container);
    setTimeout(() => withdraw([container.id]), FEED_LAG_MS);
    return null;
  } catch (thrown) {
    withdraw([container.id]);
    const error = boxErrorOf(thrown);
    if (error.code !== 'WRONG_STATE' && error.code !== 'NOT_FOUND') return error;
    return VERBS[action].met(await stateOf(container.id)) ? null : error;
  }
}

async function stateOf(id: string): Promise<ContainerState | 'gone'> {
  return api.containers.inspect.query({ container: id }).then(
    ({ state }) => state,
    () => 'gone' as const,
  );
}
