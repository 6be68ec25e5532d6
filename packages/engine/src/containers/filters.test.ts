import { expect, test } from 'vitest';
import { rowOf } from '../testing.ts';
import { compileFilter } from './filters.ts';

const web = rowOf({ name: 'web', state: 'running' });
web.config.labels = { tier: 'front', env: '' };
const data = rowOf({
  name: 'data',
  id: 'c'.repeat(64),
  state: 'exited',
  exit: { kind: 'signal', signal: 9 },
  image: 'postgres:17',
});

function names(filters: string[], all = false) {
  return [web, data].filter(compileFilter({ all, filters })).map(({ name }) => name);
}

test('only living containers are shown unless all are asked for', () => {
  expect(names([])).toEqual(['web']);
  expect(names([], true)).toEqual(['web', 'data']);
});

test('the same key means or, different keys mean and', () => {
  expect(names(['name=web', 'name=data'], true)).toEqual(['web', 'data']);
  expect(names(['name=web', 'status=exited'])).toEqual([]);
});

test('labels with and without a value', () => {
  expect(names(['label=tier'])).toEqual(['web']);
  expect(names(['label=tier=front'])).toEqual(['web']);
  expect(names(['label=tier=back'])).toEqual([]);
  expect(names(['label=env='])).toEqual(['web']);
});

test('ancestor takes a reference with or without its tag, or an image id', () => {
  expect(names(['ancestor=busybox'])).toEqual(['web']);
  expect(names(['ancestor=postgres:17'], true)).toEqual(['data']);
  expect(names(['ancestor=bbbbbbbbbbbb'], true)).toEqual(['web', 'data']);
});

test('exited compares the code a shell would see', () => {
  expect(names(['exited=137'])).toEqual(['data']);
  expect(names(['exited=0'])).toEqual([]);
});

test.each([
  ['nmae=web', 'unknown filter "nmae"', 'did you mean "name"?'],
  ['name', 'the filter "name" has no value', 'write name=VALUE'],
  ['status=runing', '"runing" is no state', 'states are'],
  ['exited=x', '"x" is no exit code', '0 to 255'],
])('%s is refused', (filter, message, hint) => {
  expect(() => names([filter])).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});
