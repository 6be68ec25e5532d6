import { expect, test } from 'vitest';
import { type CopyDestination, parsePlace, planCopy } from './places.ts';

test.each([
  ['web:/etc/hosts', { kind: 'box', container: 'web', path: '/etc/hosts' }],
  ['web:etc', { kind: 'box', container: 'web', path: '/etc' }],
  ['web:/etc/', { kind: 'box', container: 'web', path: '/etc/' }],
  ['web:/etc/.', { kind: 'box', container: 'web', path: '/etc/.' }],
  ['web:/', { kind: 'box', container: 'web', path: '/' }],
  ['web:.', { kind: 'box', container: 'web', path: '/.' }],
  ['web:/a/../../b', { kind: 'box', container: 'web', path: '/b' }],
  ['web:/a:b', { kind: 'box', container: 'web', path: '/a:b' }],
  ['./web:x', { kind: 'host', path: './web:x' }],
  ['/web:x', { kind: 'host', path: '/web:x' }],
  [':x', { kind: 'host', path: ':x' }],
  ['file', { kind: 'host', path: 'file' }],
  ['-', { kind: 'stream' }],
])('%s is read as docker cp reads it', (text, place) => {
  expect(parsePlace(text)).toEqual(place);
});

const to = (path: string, is: CopyDestination['is']): CopyDestination => ({ path, is });

test.each([
  ['/a/f', false, to('/d', 'directory'), { directory: '/d', name: 'f' }],
  ['/a/f', false, to('/d/g', 'missing'), { directory: '/d', name: 'g' }],
  ['/a/f', false, to('/d/g', 'other'), { directory: '/d', name: 'g' }],
  ['/a/s', true, to('/d', 'directory'), { directory: '/d', name: 's' }],
  ['/a/s/', true, to('/d/', 'directory'), { directory: '/d/', name: 's' }],
  ['/a/s', true, to('/d/new/', 'missing'), { directory: '/d', name: 'new' }],
  ['/a/s/.', true, to('/d', 'directory'), { directory: '/d', name: '' }],
  ['/a/s/.', true, to('/d/new', 'missing'), { directory: '/d', name: 'new' }],
  ['/', true, to('/d', 'directory'), { directory: '/d', name: '' }],
  ['f', false, to('g', 'missing'), { directory: '.', name: 'g' }],
])('%s (directory: %s) to %o goes where docker cp puts it', (path, directory, destination, expected) => {
  expect(planCopy({ path, directory }, destination)).toEqual(expected);
});

test.each([
  ['/a/s', true, to('/f', 'other'), 'is a directory'],
  ['/a/f', false, to('/none/', 'missing'), 'there is no directory'],
  ['/a/f', false, to('/f/', 'other'), 'is not a directory'],
])('%s (directory: %s) to %o is refused', (path, directory, destination, message) => {
  expect(() => planCopy({ path, directory }, destination)).toThrow(message);
});
