import { expect, it } from 'vitest';
import { ACTIONS, allowedStates, CONTAINER_STATES, can, isAlive } from './state.ts';

it('lets nothing happen to a container that is being removed', () => {
  for (const action of ACTIONS) expect(can(action, 'removing'), action).toBe(false);
});

it('starts from created, stopped, exited and lost, and from nothing alive', () => {
  expect(CONTAINER_STATES.filter((state) => can('start', state))).toEqual([
    'created',
    'stopped',
    'exited',
    'lost',
  ]);
  for (const state of allowedStates('start')) expect(isAlive(state)).toBe(false);
});

it('removes without force only what has no process', () => {
  for (const state of allowedStates('remove')) expect(isAlive(state), state).toBe(false);
});

it('executes in running containers alone: a paused one would hang the caller', () => {
  expect(allowedStates('exec')).toEqual(['running']);
});
