import { expect, test } from 'vitest';
import { parseTmpfs, parseVolume, parseVolumesFrom } from './volumes.ts';

const resolve = (path: string) => `/here/${path.replace(/^\.\//, '')}`;
const bind = { type: 'bind', readonly: false, recursive: true, propagation: 'rprivate', chown: false };
const volume = {
  type: 'volume',
  name: 'data',
  target: '/b',
  readonly: false,
  copy: true,
  chown: false,
  labels: {},
};

test('a bind mount is read-write, recursive and private unless told otherwise', () => {
  expect(parseVolume('/srv/data:/data', resolve)).toEqual({ ...bind, source: '/srv/data', target: '/data' });
});

test('options set read-only, propagation and recursion', () => {
  expect(parseVolume('/a:/b:ro,rshared', resolve)).toMatchObject({ readonly: true, propagation: 'rshared' });
  expect(parseVolume('/a:/b:bind,rw', resolve)).toMatchObject({ readonly: false, recursive: false });
  expect(parseVolume('/a:/b:cached', resolve)).toMatchObject({ readonly: false });
});

test('a relative source is made absolute by the caller, the target is cleaned', () => {
  expect(parseVolume('./src:/app/../data//x/', resolve)).toMatchObject({
    source: '/here/src',
    target: '/data/x',
  });
});

test('a source that is no path names a volume; a path alone asks for one of its own', () => {
  expect(parseVolume('data:/b', resolve)).toEqual(volume);
  expect(parseVolume('data:/b:ro,U,nocopy', resolve)).toEqual({
    ...volume,
    readonly: true,
    chown: true,
    copy: false,
  });
  expect(parseVolume('/b/', resolve)).toEqual({ ...volume, name: '' });
});

test('--volumes-from names a box and how', () => {
  expect(parseVolumesFrom('web')).toEqual({ container: 'web', readonly: false });
  expect(parseVolumesFrom('web:ro')).toEqual({ container: 'web', readonly: true });
  expect(() => parseVolumesFrom('web:z')).toThrow(/expected NAME/);
});

test.each([
  ['data', /expected \[SOURCE:\]TARGET/],
  ['/a:', /expected \[SOURCE:\]TARGET/],
  [':/b', /expected \[SOURCE:\]TARGET/],
  ['/a:/b:ro:rw', /expected \[SOURCE:\]TARGET/],
  ['site/data:/b', /no name of a volume/],
  ['-data:/b', /no name of a volume/],
  ['data:/b:rshared', /unknown option "rshared"/],
  ['/a:b', /not absolute/],
  ['/a:/', /root of the box/],
  ['/a:/..', /root of the box/],
  ['/a:/b:rw,bogus', /unknown option "bogus"/],
  ['/a:/b:Z', /SELinux/],
])('-v %s is refused', (text, message) => {
  expect(() => parseVolume(text, resolve)).toThrow(message);
});

test('a tmpfs takes size, octal mode and flags', () => {
  expect(parseTmpfs('/run')).toEqual({ type: 'tmpfs', target: '/run', mode: 0o1777, options: [] });
  expect(parseTmpfs('/p:size=64m,mode=0755,noexec,rw')).toEqual({
    type: 'tmpfs',
    target: '/p',
    size: 64 * 1024 ** 2,
    mode: 0o755,
    options: ['noexec'],
  });
});

test.each([
  ['p', /not absolute/],
  ['/p:size=', /unknown option/],
  ['/p:size=big', /is no size/],
  ['/p:mode=999', /unknown option "mode=999"/],
  ['/p:bogus', /unknown option "bogus"/],
])('--tmpfs %s is refused', (text, message) => {
  expect(() => parseTmpfs(text)).toThrow(message);
});
