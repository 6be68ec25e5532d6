import type { ContainerView } from '@boxyard/api';
import { type Action, can, isAlive } from '@boxyard/spec';
import { api, boxErrorOf } from './api';
import { toastError } from './toasts';

/** What a row's buttons do. The feed reports the result; only failures need words here. */
export const ROW_ACTIONS = ['start', 'stop', 'restart', 'remove'] as const;
export type RowAction = (typeof ROW_ACTIONS)[number];

const CALLS: Record<RowAction, (container: string) => Promise<unknown>> = {
  start: (container) => api.containers.start.mutate({ container }),
  stop: (container) => api.containers.stop.mutate({ container }),
  restart: (container) => api.containers.restart.mutate({ container }),
  remove: (container) => api.containers.remove.mutate({ container }),
};

/** What the state allows; a box that is not alive offers Start, so Restart would say the same twice. */
export function allowed(action: RowAction, { state }: ContainerView): boolean {
  return can(action satisfies Action, state) && (action !== 'restart' || isAlive(state));
}

/** Resolves when the agent answered; a failure becomes a toast. */
export async function act(action: RowAction, container: ContainerView): Promise<void> {
  await CALLS[action](container.id).catch((error) => toastError(boxErrorOf(error)));
}
