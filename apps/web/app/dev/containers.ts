import type { ContainerView } from '@boxyard/api';
import type { ContainerState, ExitStatus } from '@boxyard/spec';

const STARTED = '2026-03-04T11:57:00Z';
const FINISHED = '2026-03-04T12:00:20Z';

function sample(
  state: ContainerState,
  exit: ExitStatus | null = null,
  reason: string | null = null,
): ContainerView {
  const name = [state, exit?.kind, reason && 'with a reason'].filter(Boolean).join(' ');
  return {
    id: name,
    name,
    image: 'busybox',
    imageId: null,
    command: ['sh'],
    state,
    createdAt: STARTED,
    startedAt: STARTED,
    finishedAt: exit && FINISHED,
    exit,
    pid: null,
    reason,
    tty: false,
    openStdin: false,
    labels: {},
    network: 'none',
    revision: 1,
  };
}

/** One of every way a box can be. */
export const CONTAINERS: readonly ContainerView[] = [
  ...(
    ['created', 'starting', 'running', 'paused', 'stopping', 'restarting', 'removing', 'lost'] as const
  ).map((state) => sample(state)),
  sample('exited', { kind: 'code', code: 0 }),
  sample('exited', { kind: 'code', code: 127 }, 'no such program: nginx'),
  sample('exited', { kind: 'signal', signal: 11 }),
  sample('exited', { kind: 'oom', signal: 9 }, 'it ran out of memory'),
  sample('exited', { kind: 'lost', reason: 'the host restarted' }),
  sample('stopped', { kind: 'signal', signal: 15 }),
  sample('stopped', { kind: 'code', code: 3 }),
];
