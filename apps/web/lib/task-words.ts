import type { TaskItem, TaskKind, TaskView } from '@boxyard/api';
import { parseImageReference } from '@boxyard/spec';
import type { Shape, Status } from './status';

const VERBS: Record<TaskKind, string> = {
  pull: 'Pull',
  push: 'Push',
  load: 'Load',
  save: 'Save',
  verify: 'Verify',
  prune: 'Clean up',
};

/** `Pull nginx:latest`. */
export function taskTitle({ kind, subject }: Pick<TaskView, 'kind' | 'subject'>): string {
  return `${VERBS[kind]} ${subject}`.trim();
}

const STATES: Record<TaskView['state'], Omit<Status, 'why'>> = {
  running: { shape: '◐', word: 'under way', tone: 'busy' },
  done: { shape: '○', word: 'done', tone: 'good' },
  failed: { shape: '✕', word: 'failed', tone: 'bad' },
  cancelled: { shape: '○', word: 'cancelled', tone: 'quiet' },
};

/** How a task is, as shape, word and colour. */
export function taskStatus({ state }: Pick<TaskView, 'state'>): { shape: Shape } & Omit<Status, 'why'> {
  return STATES[state];
}

/** What a layer is doing, as the bar says it. */
export function itemWords({ state }: TaskItem, kind: TaskKind): string {
  switch (state) {
    case 'working':
      return kind === 'pull' ? 'downloading' : kind === 'push' ? 'sending' : 'reading';
    case 'retrying':
      return 'trying again';
    case 'exists':
      return 'already there';
    case 'mounted':
      return 'taken from another repository';
    default:
      return state;
  }
}

const COMPLETE: readonly TaskItem['state'][] = ['done', 'exists', 'mounted'];
export const isComplete = ({ state }: TaskItem): boolean => COMPLETE.includes(state);

export interface TaskProgress {
  /** Bytes. */
  current: number;
  /** Null while not all sizes are known. */
  total: number | null;
}

/** All bars as one. What the other side had already counts as done. */
export function taskProgress({ items }: Pick<TaskView, 'items'>): TaskProgress {
  const known = items.every(({ total }) => total !== null);
  const total = items.reduce((sum, item) => sum + (item.total ?? 0), 0);
  const current = items.reduce((sum, item) => {
    const whole = item.total ?? item.current;
    return sum + (isComplete(item) ? whole : Math.min(item.current, whole));
  }, 0);
  return { current, total: known && total > 0 ? total : null };
}

/** The registry that a failed pull or push was refused by: signing in there may help. */
export function registryToSignIn({ kind, subject, error }: TaskView): string | undefined {
  if (kind !== 'pull' && kind !== 'push') return undefined;
  if (error?.code !== 'UNAUTHENTICATED' && error?.code !== 'PERMISSION_DENIED') return undefined;
  return parseImageReference(subject)?.registry;
}

/** Rates are over this: shorter jumps, longer lags. */
const RATE_WINDOW_MS = 4_000;
/** Of one sample more than this the past says little. */
const SAMPLES_KEPT = 64;

/** How fast a count of bytes grows. */
export class RateMeter {
  #samples: { at: number; bytes: number }[] = [];

  add(at: number, bytes: number): void {
    this.#samples = [...this.#samples.slice(1 - SAMPLES_KEPT), { at, bytes }];
  }

  /** Bytes per second over the last seconds; null when there is too little to tell. */
  rate(now: number): number | null {
    const recent = this.#samples.filter(({ at }) => now - at <= RATE_WINDOW_MS);
    const [first] = recent;
    const last = recent.at(-1);
    if (!first || !last || now <= first.at) return null;
    return recent.length < 2 ? null : (Math.max(0, last.bytes - first.bytes) * 1_000) / (now - first.at);
  }
}
