import { bindMount, volumeMount } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { inheritedMounts, mergeMounts } from './merge-mounts.ts';

const NOTHING = { asked: [], inherited: [], image: [] };

test('what is asked for wins over other containers, and these over the image', () => {
  const merged = mergeMounts({
    asked: [volumeMount('mine', '/a/')],
    inherited: [volumeMount('theirs', '/a'), volumeMount('theirs', '/b')],
    image: ['/a', '/b', '/c', '/c/'],
  });
  expect(merged.map((mount) => [mount.target, mount.type === 'volume' && mount.name])).toEqual([
    ['/a', 'mine'],
    ['/b', 'theirs'],
    ['/c', ''],
  ]);
});

test.each(['', '/', 'data', '../data', '/..', '/a/../..', '/a\0b', `/${'a'.repeat(5000)}`])(
  'an image cannot have a volume at %j',
  (path) => {
    expect(() => mergeMounts({ ...NOTHING, image: [path] })).toThrow('where none can be');
  },
);

test('two mounts at one place, a mount over the root and too many mounts are refused', () => {
  const twice = [volumeMount('a', '/d'), bindMount('/srv', '/d/')];
  expect(() => mergeMounts({ ...NOTHING, asked: twice })).toThrow('/d is a mount target twice');
  expect(() => mergeMounts({ ...NOTHING, asked: [volumeMount('a', '/')] })).toThrow('over /');
  const image = Array.from({ length: 501 }, (_, at) => `/v${at}`);
  expect(() => mergeMounts({ ...NOTHING, image })).toThrow('too many');
});

test('another container gives its volumes and binds, not its memory, and does the filling itself', () => {
  const mounts = [
    volumeMount('data', '/d'),
    bindMount('/srv', '/s'),
    { type: 'tmpfs' as const, target: '/t', mode: 0o1777, options: [] },
  ];
  expect(inheritedMounts(mounts, true)).toEqual([
    { ...volumeMount('data', '/d'), readonly: true, copy: false },
    { ...bindMount('/srv', '/s'), readonly: true },
  ]);
  expect(inheritedMounts(mounts, false)[1]).toEqual(bindMount('/srv', '/s'));
});
