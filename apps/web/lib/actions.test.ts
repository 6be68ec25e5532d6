import type { ContainerView } from '@boxyard/api';
import { BoxError, CONTAINER_STATES } from '@boxyard/spec';
import { expect, it } from 'vitest';
import { allowed, ROW_ACTIONS, summarize } from './actions';
import { withWish } from './containers/wishes';

const box = (state: ContainerView['state']) => ({ id: 'a', state, revision: 3 }) as ContainerView;

it('offers Start or Stop, never both, and removal of everything that is not being removed', () => {
  for (const state of CONTAINER_STATES) {
    const offered = ROW_ACTIONS.filter((action) => allowed(action, box(state)));
    expect(offered.includes('start') && offered.includes('stop'), state).toBe(false);
    expect(offered.includes('remove'), state).toBe(state !== 'removing');
  }
});

it('a summary counts what worked and names what did not, at most five', () => {
  expect(summarize('stop', 1, [])).toEqual({ title: 'Stopped 1 box' });
  const failures = Array.from({ length: 7 }, (_, index) => ({
    name: `box-${index}`,
    error: new BoxError('TIMEOUT', 'it did not end'),
  }));
  const { title, hint } = summarize('remove', 10, failures);
  expect(title).toBe('Removed 3 of 10 boxes');
  expect(hint).toMatch(/^box-0: it did not end · .* · and 2 more$/);
});

it('what was asked for is shown until the feed tells of a change, whatever that is', () => {
  const wishes = new Map([['a', { state: 'stopping' as const, revision: 3 }]]);
  expect(withWish(box('running'), wishes).state).toBe('stopping');
  const told = { ...box('exited'), revision: 4 };
  expect(withWish(told, wishes)).toBe(told);
});
