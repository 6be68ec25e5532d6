import { type ExitStatus, exitCodeOf } from './container.ts';
import type { ContainerState } from './state.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of milliseconds in the words Docker uses: `5 seconds`, `About a minute`, `3 hours`, `2 weeks`. */
export function humanizeDuration(milliseconds: number): string {
  if (milliseconds < SECOND) return 'Less than a second';
  if (milliseconds < 2 * SECOND) return '1 second';
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} seconds`;
  if (milliseconds < 2 * MINUTE) return 'About a minute';
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} minutes`;
  if (milliseconds < 2 * HOUR) return 'About an hour';
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} hours`;
  if (milliseconds < 14 * DAY) return `${Math.floor(milliseconds / DAY)} days`;
  if (milliseconds < 60 * DAY) return `${Math.floor(milliseconds / (7 * DAY))} weeks`;
  if (milliseconds < 730 * DAY) return `${Math.floor(milliseconds / (30 * DAY))} months`;
  return `${Math.floor(milliseconds / (365 * DAY))} years`;
}

/** `3 minutes ago` for an RFC 3339 time or unix milliseconds; a time in the future (clocks differ) counts as now. */
export function humanizeAge(time: string | number, now: number): string {
  const then = typeof time === 'number' ? time : Date.parse(time);
  return `${humanizeDuration(Math.max(0, now - then))} ago`;
}

export interface StatusParts {
  state: ContainerState;
  startedAt: string | null;
  finishedAt: string | null;
  exit: ExitStatus | null;
}

/** The STATUS column: `Up 3 minutes`, `Exited (7) 2 hours ago`, `Created`, `Lost 5 seconds ago`. */
export function humanizeStatus({ state, startedAt, finishedAt, exit }: StatusParts, now: number): string {
  const up = startedAt ? `Up ${humanizeDuration(Math.max(0, now - Date.parse(startedAt)))}` : 'Up';
  const ago = finishedAt ? ` ${humanizeAge(finishedAt, now)}` : '';
  const code =
    exit && exit.kind !== 'lost' ? ` (${exitCodeOf(exit)}${exit.kind === 'oom' ? ', OOM' : ''})` : '';
  switch (state) {
    case 'running':
      return up;
    case 'paused':
    case 'stopping':
      return `${up} (${capitalize(state)})`;
    case 'stopped':
    case 'exited':
      return `${capitalize(state)}${code}${ago}`;
    case 'lost':
      return `Lost${ago}`;
    default:
      return capitalize(state);
  }
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
