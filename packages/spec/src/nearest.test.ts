import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['start', 'start', 0],
  ['strat', 'start', 1],
  ['stat', 'start', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('%s and %s are %i edits apart', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

const commands = ['run', 'rm', 'rmi', 'restart', 'start', 'stop', 'inspect', 'images'];
test.each([
  ['strat', 'start'],
  ['inspct', 'inspect'],
  ['imag', 'images'],
  ['RUNN', 'run'],
  ['xyz', undefined],
  ['q', undefined],
])('for %s the suggestion is %s', (word, suggestion) => {
  expect(nearest(word, commands)).toBe(suggestion);
});
