import { expect, test } from 'vitest';
import { compileEventFilter } from './event-filter.ts';

const die = {
  type: 'container',
  action: 'die',
  id: `c0ffee${'0'.repeat(58)}`,
  name: 'web',
  attributes: { env: 'prod', image: 'busybox:latest', name: 'web', exitCode: '3' },
};
const tag = { type: 'image', action: 'tag', id: `abcd${'1'.repeat(60)}`, name: 'busybox:1', attributes: {} };
const passes = (event: typeof die | typeof tag, ...filters: string[]) => compileEventFilter(filters)(event);

test('without filters everything passes', () => {
  expect(passes(die)).toBe(true);
});

test('different keys must all hold, of the same key one', () => {
  expect(passes(die, 'type=container', 'event=start', 'event=die')).toBe(true);
  expect(passes(die, 'type=image', 'event=die')).toBe(false);
});

test('a container is meant by its name or the beginning of its id, not by part of a name', () => {
  expect(passes(die, 'container=web')).toBe(true);
  expect(passes(die, 'container=c0ffee')).toBe(true);
  expect(passes(die, 'container=we')).toBe(false);
  expect(passes(tag, 'container=busybox:1')).toBe(false);
});

test('an image passes with its own events and those of containers made from it', () => {
  expect(passes(die, 'image=busybox')).toBe(true);
  expect(passes(die, 'image=debian')).toBe(false);
  expect(passes(tag, 'image=busybox:1')).toBe(true);
  expect(passes(tag, 'image=sha256:abcd1111')).toBe(true);
});

test('a volume is meant by its whole name', () => {
  const made = { type: 'volume', action: 'create', id: 'data', name: 'data', attributes: {} };
  expect(compileEventFilter(['volume=data'])(made)).toBe(true);
  expect(compileEventFilter(['volume=dat'])(made)).toBe(false);
  expect(passes({ ...tag, name: 'data' }, 'volume=data')).toBe(false);
});

test('a label passes by its key, or by key and value', () => {
  expect(passes(die, 'label=env')).toBe(true);
  expect(passes(die, 'label=env=prod')).toBe(true);
  expect(passes(die, 'label=env=test')).toBe(false);
  expect(passes(tag, 'label=constructor')).toBe(false);
});

test('a filter that does not exist is refused with the nearest', () => {
  expect(() => compileEventFilter(['evnt=die'])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('did you mean "event"?') }),
  );
  expect(() => compileEventFilter(['type'])).toThrow('the filter "type" has no value');
});
