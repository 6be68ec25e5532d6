import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findCgroup2, formatMountInfo, mountAt, parseMountInfo } from './mountinfo.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

test('every field of a mount is read, with its escapes', () => {
  const mounts = parseMountInfo(fixture('hybrid.mountinfo'));
  expect(mounts.find(({ type, source }) => type === 'tmpfs' && source === 'with space')).toEqual({
    id: 63,
    parent: 43,
    device: '0:39',
    root: '/',
    mountPoint: '/tmp/k mnt\\a/x',
    options: ['rw', 'relatime'],
    propagation: [],
    type: 'tmpfs',
    source: 'with space',
    superOptions: ['rw', 'size=1024k', 'mode=700'],
  });
  expect(mounts.find(({ type }) => type === 'overlay')?.propagation).toEqual(['shared:1']);
});

test.each(['hybrid.mountinfo', 'sandbox.mountinfo'])('%s comes back byte for byte', (name) => {
  expect(formatMountInfo(parseMountInfo(fixture(name)))).toBe(fixture(name));
});

test('lines that are no mount are left out', () => {
  expect(parseMountInfo('\n22 27 0:21 / /proc\nrubbish - \n')).toEqual([]);
});

test('a path leads to the mount on top of it', () => {
  const mounts = parseMountInfo(fixture('sandbox.mountinfo'));
  expect(mountAt(mounts, '/sys/fs/cgroup')?.type).toBe('cgroup2');
  expect(mountAt(mounts, '/sys/fs/cgroup/unified')?.mountPoint).toBe('/sys/fs/cgroup');
  expect(mountAt(mounts, '/etc/passwd')?.mountPoint).toBe('/');
  expect(mountAt(mounts, '/dev/pts')?.parent).toBe(
    mounts.find(({ mountPoint }) => mountPoint === '/dev/pts')?.id,
  );
});

test('cgroup2 is found beside the v1 hierarchies, and not where something hides it', () => {
  expect(findCgroup2(parseMountInfo(fixture('hybrid.mountinfo')))).toBe('/sys/fs/cgroup/unified');
  expect(findCgroup2(parseMountInfo(fixture('sandbox.mountinfo')))).toBe('/sys/fs/cgroup');
  expect(findCgroup2([])).toBeUndefined();
});
