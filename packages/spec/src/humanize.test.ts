import { expect, test } from 'vitest';
import { humanizeAge, humanizeDuration, humanizeStatus } from './humanize.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;

test.each([
  [0, 'Less than a second'],
  [1500, '1 second'],
  [59_999, '59 seconds'],
  [MINUTE, 'About a minute'],
  [3 * MINUTE, '3 minutes'],
  [61 * MINUTE, 'About an hour'],
  [47 * 60 * MINUTE, '47 hours'],
  [3 * DAY, '3 days'],
  [20 * DAY, '2 weeks'],
  [100 * DAY, '3 months'],
  [800 * DAY, '2 years'],
])('%i ms are "%s"', (milliseconds, words) => {
  expect(humanizeDuration(milliseconds)).toBe(words);
});

test('a time in the future counts as now', () => {
  expect(humanizeAge(NOW + 5000, NOW)).toBe('Less than a second ago');
});

const at = (milliseconds: number) => new Date(NOW - milliseconds).toISOString();
test.each([
  ['running', 3 * MINUTE, null, null, 'Up 3 minutes'],
  ['paused', 3 * MINUTE, null, null, 'Up 3 minutes (Paused)'],
  ['exited', DAY, 120 * MINUTE, { kind: 'code', code: 7 }, 'Exited (7) 2 hours ago'],
  ['stopped', DAY, 5000, { kind: 'signal', signal: 15 }, 'Stopped (143) 5 seconds ago'],
  ['exited', DAY, 5000, { kind: 'oom', signal: 9 }, 'Exited (137, OOM) 5 seconds ago'],
  ['lost', DAY, 5000, { kind: 'lost', reason: 'x' }, 'Lost 5 seconds ago'],
  ['created', null, null, null, 'Created'],
] as const)('a %s container reads as its status', (state, started, finished, exit, words) => {
  const parts = {
    state,
    startedAt: started === null ? null : at(started),
    finishedAt: finished === null ? null : at(finished),
    exit,
  };
  expect(humanizeStatus(parts, NOW)).toBe(words);
});
