import { type CreateInput, createInput } from '@boxyard/api';
import { requestLike } from '@boxyard/api/run-command';
import type { ImageConfig } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { mergeConfig } from './merge.ts';

function merge(request: CreateInput, image: ImageConfig = {}, name = 'web') {
  return mergeConfig({
    id: '0123456789abcdef'.repeat(4),
    name,
    root: { kind: 'image', id: 'b'.repeat(64), reference: 'app:latest' },
    image,
    request: createInput.parse(request),
  });
}

test('without a command the image decides, and without an image a shell runs', () => {
  expect(merge({}, { entrypoint: ['/init'], cmd: ['serve'] }).args).toEqual(['/init', 'serve']);
  expect(merge({}).args).toEqual(['/bin/sh']);
});

test('a command replaces Cmd and keeps Entrypoint', () => {
  expect(merge({ command: ['ls'] }, { entrypoint: ['/init'], cmd: ['serve'] }).args).toEqual(['/init', 'ls']);
});

test('an entrypoint replaces Entrypoint and drops Cmd', () => {
  const image = { entrypoint: ['/init'], cmd: ['serve'] };
  expect(merge({ entrypoint: ['/other'] }, image).args).toEqual(['/other']);
  expect(merge({ entrypoint: [''], command: ['ls'] }, image).args).toEqual(['ls']);
});

test('environment: defaults, then the image, then what was asked for; a key alone imports nothing', () => {
  const { env } = merge({ env: ['A=2', 'PATH=/mine'] }, { env: ['A=1', 'B=1', 'SECRET', 'TERM=dumb'] });
  expect(env).toEqual(['PATH=/mine', 'A=2', 'B=1', 'TERM=dumb']);
});

test('the host name is the name where that can be one, else the short id', () => {
  expect(merge({}).hostname).toBe('web');
  expect(merge({}, {}, 'my_app').hostname).toBe('0123456789ab');
  expect(merge({ hostname: 'db' }).hostname).toBe('db');
});

test('capabilities are added and dropped, ALL included', () => {
  expect(merge({ capDrop: ['ALL'], capAdd: ['net_admin'] }).capabilities).toEqual(['CAP_NET_ADMIN']);
  expect(merge({ capDrop: ['chown'] }).capabilities).not.toContain('CAP_CHOWN');
  expect(() => merge({ capAdd: ['NET_ADMN'] })).toThrow('"NET_ADMN" is no capability');
});

test('the stop signal is the request’s, else the image’s, else SIGTERM', () => {
  expect(merge({}).stopSignal).toBe(15);
  expect(merge({}, { stopSignal: 'SIGQUIT' }).stopSignal).toBe(3);
  expect(merge({ stopSignal: '9' }, { stopSignal: 'SIGQUIT' }).stopSignal).toBe(9);
});

test.each(['a b', 'root:', 'a:b:c', '4294967296', '1:4294967295', 'a/b'])(
  'the user %j is refused',
  (user) => {
    expect(() => merge({ user })).toThrow(`"${user}" is no user`);
  },
);

test.each(['', '0', '1:2', ':2', 'www-data', 'app:staff'])('the user %j is kept as given', (user) => {
  expect(merge({ user }).user).toBe(user);
});

test('mount targets are normalised, unique and never the root', () => {
  const bind = (target: string) => ({ type: 'bind' as const, source: '/srv', target });
  expect(merge({ mounts: [bind('/data/../x/')] }).mounts[0]?.target).toBe('/x');
  expect(() => merge({ mounts: [bind('/x'), bind('/x/')] })).toThrow('/x is a mount target twice');
  expect(() => merge({ mounts: [bind('//')] })).toThrow('nothing can be mounted over /');
  expect(() => merge({ mounts: [{ type: 'tmpfs', target: '/t', options: ['fast'] }] })).toThrow(
    'unknown option "fast"',
  );
});

test('a soft limit above the hard limit is refused', () => {
  expect(() => merge({ ulimits: [{ name: 'nofile', soft: 10, hard: 5 }] })).toThrow('above the hard limit');
  expect(() => merge({ ulimits: [{ name: 'nofiles', soft: 1, hard: 5 }] })).toThrow('is no limit');
});

const IMAGES: ImageConfig[] = [
  {},
  { cmd: ['serve'], env: ['PATH=/app', 'A=image'], labels: { a: 'image' }, workdir: '/app', user: 'app' },
  { entrypoint: ['/init', '-x'], cmd: ['serve'], stopSignal: 'SIGQUIT', env: ['B=1'] },
];
const REQUESTS: CreateInput[] = [
  {},
  { command: ['ls', '-l'], tty: true, openStdin: true, autoRemove: true, readonlyRoot: true },
  { entrypoint: [], command: ['sh'] },
  { entrypoint: ['/init', '-x'] },
  { env: ['A=2', 'PATH=/mine', 'C=line\nbreak'], labels: { a: 'mine', b: '' }, workdir: '/x', user: '5:6' },
  { capAdd: ['ALL'], network: 'host', noNewPrivileges: true },
  { capDrop: ['ALL'], stopSignal: 'SIGRTMIN+3', stopTimeout: 0, umask: 0o77, timezone: 'UTC' },
  { capAdd: ['NET_ADMIN'], capDrop: ['CHOWN'], hostname: 'other', shmSize: 1024, log: { maxFile: 2 } },
  {
    mounts: [
      { type: 'bind', source: '/s', target: '/t', readonly: true },
      { type: 'tmpfs', target: '/m', size: 4096 },
    ],
    ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
  },
];

test.each(IMAGES.flatMap((image) => REQUESTS.map((request) => ({ image, request }))))(
  'a box made like another one has the same configuration: %j',
  ({ image, request }) => {
    const config = merge(request, image);
    const own = { id: '0123456789abcdef'.repeat(4), name: 'web' };
    expect(merge(requestLike(config, image, own), image)).toEqual(config);
  },
);
