/** The life of a container. `unhealthy` and `crash-loop` are attributes, not states. */
export const CONTAINER_STATES = [
  'created',
  'starting',
  'running',
  'paused',
  'stopping',
  'stopped',
  'exited',
  'restarting',
  'removing',
  'lost',
] as const;
export type ContainerState = (typeof CONTAINER_STATES)[number];

export const ACTIONS = [
  'start',
  'stop',
  'restart',
  'kill',
  'pause',
  'unpause',
  'exec',
  'attach',
  'top',
  'remove',
  'force-remove',
  'rename',
] as const;
export type Action = (typeof ACTIONS)[number];

const ALLOWED: Record<Action, readonly ContainerState[]> = {
  start: ['created', 'stopped', 'exited', 'lost'],
  stop: ['running', 'paused', 'starting', 'restarting', 'stopping'],
  restart: ['created', 'stopped', 'exited', 'lost', 'running', 'paused'],
  kill: ['running', 'paused', 'stopping', 'starting'],
  pause: ['running'],
  unpause: ['paused'],
  exec: ['running'],
  attach: ['running', 'starting', 'stopping', 'paused'],
  top: ['running', 'paused', 'stopping'],
  remove: ['created', 'stopped', 'exited', 'lost'],
  'force-remove': [
    'created',
    'starting',
    'running',
    'paused',
    'stopping',
    'stopped',
    'exited',
    'restarting',
    'lost',
  ],
  rename: ['created', 'running', 'paused', 'stopped', 'exited', 'lost'],
};

/** The one rule the API, the command line and the dashboard's buttons go by. */
export function can(action: Action, state: ContainerState): boolean {
  return ALLOWED[action].includes(state);
}

/** The states an action is allowed in, for messages. */
export function allowedStates(action: Action): readonly ContainerState[] {
  return ALLOWED[action];
}

/** A process of the container exists (or is about to). */
export function isAlive(state: ContainerState): boolean {
  return (
    state === 'starting' ||
    state === 'running' ||
    state === 'paused' ||
    state === 'stopping' ||
    state === 'restarting'
  );
}
