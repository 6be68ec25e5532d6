import { expect, test } from 'vitest';
import { formatMount, parseMount } from './mount-flag.ts';

const resolve = (path: string) => `/here/${path}`;

test('the type is volume unless said; keys have aliases', () => {
  const mount = { type: 'volume', name: 'data', target: '/d', readonly: true, copy: false, chown: false };
  expect(parseMount('source=data,target=/d,readonly,volume-nocopy', resolve)).toEqual({
    ...mount,
    labels: {},
  });
  expect(
    parseMount(
      'type=volume,src=data,dst=/d,ro=1,volume-nocopy=true,volume-label=a=b=c,volume-label=e',
      resolve,
    ),
  ).toEqual({ ...mount, labels: { a: 'b=c', e: '' } });
  expect(parseMount('destination=/d', resolve)).toMatchObject({ type: 'volume', name: '', target: '/d' });
});

test('binds have propagation and recursion, file systems in memory size and mode', () => {
  expect(
    parseMount('type=bind,"source=a,""b""",target=/d,bind-propagation=rslave,bind-nonrecursive,U', resolve),
  ).toEqual({
    type: 'bind',
    source: '/here/a,"b"',
    target: '/d',
    readonly: false,
    recursive: false,
    propagation: 'rslave',
    chown: true,
  });
  expect(parseMount('type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=0700,ro=false', resolve)).toEqual({
    type: 'tmpfs',
    target: '/t',
    size: 64 * 1024 ** 2,
    mode: 0o700,
    options: [],
  });
});

test.each([
  ['source=data', /target is missing/],
  ['type=bind,target=/d', /source is missing/],
  ['type=npipe,target=/d', /unknown type "npipe"/],
  ['soruce=data,target=/d', /unknown key "soruce"/],
  ['target=/d,tmpfs-size=1m', /tmpfs-size means nothing for a volume/],
  ['target=/d,readonly=maybe', /readonly is true or false/],
  ['source=../x,target=/d', /no name of a volume/],
  ['target=d', /not absolute/],
  ['"target=/d', /quote is not closed/],
  ['target=/d,volume-driver=nfs', /no volume driver "nfs"/],
  ['type=bind,source=/a,target=/d,bind-propagation=up', /no bind-propagation/],
  ['type=tmpfs,target=/d,tmpfs-mode=9', /no tmpfs-mode/],
])('--mount %s is refused', (text, message) => {
  expect(() => parseMount(text, resolve)).toThrow(message);
});

test.each([
  'type=volume,target=/d',
  'type=volume,source=data,target=/d,readonly,U,volume-nocopy,volume-label=a=b',
  'type=bind,"source=/a,""b""",target=/d:e,readonly,bind-nonrecursive,bind-propagation=shared',
  'type=tmpfs,target=/d:e,tmpfs-size=4096,tmpfs-mode=700,readonly',
])('%s is written as it was read', (text) => {
  expect(formatMount(parseMount(text, resolve))).toBe(text);
});
