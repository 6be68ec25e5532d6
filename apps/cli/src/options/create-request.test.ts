import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLine, requestOf } from '@boxyard/api/run-command';
import { splitShellWords } from '@boxyard/spec';
import type { Command } from 'commander';
import { expect, test, vi } from 'vitest';
import { buildCommand, parseArguments, type Verb } from '../verb.ts';
import { type CreateFlags, createFlags, lineFrom } from './create-flags.ts';
import { createRequest, environment } from './create-request.ts';

const session = { tty: false, openStdin: false };
const RUN = { define: (empty: Command) => createFlags(empty, 'run'), examples: [] } as unknown as Verb;
const created = (args: string[], options: CreateFlags, mode: typeof session) =>
  createRequest(lineFrom('run', args, options), mode);

const sources = (args: string[], options: CreateFlags) => {
  const { image, rootfs, command } = createRequest(lineFrom('run', args, options), session);
  return { image, rootfs, command };
};

test('image and command come from the arguments, with or without "--"', () => {
  expect(sources(['busybox', 'ls', '-l'], {})).toEqual({ image: 'busybox', command: ['ls', '-l'] });
  expect(sources(['busybox', '--', 'ls'], {})).toEqual({ image: 'busybox', command: ['ls'] });
  expect(sources(['busybox'], {})).toEqual({ image: 'busybox' });
  expect(sources(['ls', '-l'], { image: 'busybox' })).toEqual({ image: 'busybox', command: ['ls', '-l'] });
  expect(sources(['--', 'ls'], { rootfs: '/srv/root' })).toEqual({ rootfs: '/srv/root', command: ['ls'] });
});

test('a second "--" belongs to the command', () => {
  expect(sources(['busybox', '--', 'x', '--', 'y'], {}).command).toEqual(['x', '--', 'y']);
});

test('no image, or two sources, are refused', () => {
  expect(() => sources([], {})).toThrow('no image given');
  expect(() => sources([], { image: 'a', rootfs: '/b' })).toThrow('exclude each other');
});

test.each([
  'busybox',
  '-dit --name web -e A=1 -eB=2 busybox sh -c "echo hi"',
  '-ite A=1 --env=C= --rm --no-tty busybox -- --name x',
  '-t=false --read-only=false --rm=true --image busybox ls -l',
  '--rootfs /r -v /a:/b:ro --tmpfs /c --cap-add NET_ADMIN --cap-add ALL -- sh',
  '--no-sig-proxy --detach-keys ctrl-x -l a=b -l c -w /w -u 0 --umask 022 -- busybox -- --',
])('commander and the dashboard read the same from: %s', (text) => {
  const words = splitShellWords(text).words.map((word) => word.text);
  const command = buildCommand('run', '', RUN);
  const { args, options } = parseArguments(command, words);
  const { line, problems } = parseLine(['box', 'run', ...words]);
  expect(problems).toEqual([]);
  const caller = { variable: () => undefined, readFile: () => '', absolute: (path: string) => path };
  const read = lineFrom('run', args, options as CreateFlags);
  expect(requestOf(read, caller)).toEqual(requestOf(line, caller));
  expect(read.flags['sig-proxy']).toEqual(line.flags['sig-proxy']);
});

test('flags become the request', () => {
  const request = created(
    ['debian', 'bash'],
    {
      name: 'web',
      rm: true,
      env: ['A=1'],
      volume: ['/srv:/data:ro'],
      tmpfs: ['/run:size=1m'],
      workdir: '/srv',
      user: 'www-data',
      entrypoint: '',
      label: ['a=b=c', 'flag'],
      readOnly: true,
      stopTimeout: '1m30s',
      network: 'host',
      capAdd: ['NET_ADMIN'],
      securityOpt: ['no-new-privileges'],
      ulimit: ['nofile=10:20'],
      shmSize: '1g',
      logOpt: ['max-size=1m', 'max-file=2'],
      umask: '027',
      tz: 'Europe/Berlin',
    },
    { tty: true, openStdin: true },
  );
  expect(request).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    image: 'debian',
    command: ['bash'],
    tty: true,
    openStdin: true,
    name: 'web',
    workdir: '/srv',
    user: 'www-data',
    entrypoint: [],
    stopTimeout: 90,
    shmSize: 1024 ** 3,
    umask: 0o27,
    timezone: 'Europe/Berlin',
    network: 'host',
    env: ['A=1'],
    mounts: [
      {
        type: 'bind',
        source: '/srv',
        target: '/data',
        readonly: true,
        recursive: true,
        propagation: 'rprivate',
        chown: false,
      },
      { type: 'tmpfs', target: '/run', size: 1024 ** 2, mode: 0o1777, options: [] },
    ],
    volumesFrom: [],
    readonlyRoot: true,
    capAdd: ['NET_ADMIN'],
    capDrop: [],
    noNewPrivileges: true,
    ulimits: [{ name: 'nofile', soft: 10, hard: 20 }],
    labels: { a: 'b=c', flag: '' },
    log: { maxSize: 1024 ** 2, maxFile: 2 },
    autoRemove: true,
  });
});

test.each([
  [{ umask: '999' }, /--umask: "999" is no octal mask/],
  [{ shmSize: '0' }, /--shm-size: must be more/],
  [{ shmSize: 'much' }, /is no size/],
  [{ network: 'bridge' }, /no such network yet/],
  [{ securityOpt: ['seccomp=x'] }, /unknown option/],
  [{ logOpt: ['max-files=3'] }, /unknown option/],
  [{ logOpt: ['max-file=x'] }, /unknown option/],
  [{ label: ['=x'] }, /expected KEY=VALUE/],
  [{ workdir: 'srv' }, /not absolute/],
  [{ env: ['=x'] }, /no name before/],
  [{ volume: ['x'] }, /expected \[SOURCE:\]TARGET/],
  [{ stopTimeout: 'soon' }, /is no duration/],
])('%j is refused', (options, message) => {
  expect(() => created(['busybox'], options, session)).toThrow(message);
});

test('env files come first, -e after them, KEY alone takes the value of the caller', () => {
  const folder = mkdtempSync(join(tmpdir(), 'box-env-'));
  const file = join(folder, 'a.env');
  writeFileSync(file, 'A=file\nB=file\nCALLER\n');
  vi.stubEnv('CALLER', 'mine');
  expect(environment({ envFile: [file], env: ['A=flag', 'CALLER', 'NOT_SET_ANYWHERE'] })).toEqual([
    'A=flag',
    'B=file',
    'CALLER=mine',
  ]);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('a missing env file and one that is no text say so', () => {
  expect(() => environment({ envFile: ['/no/such.env'] })).toThrow(
    '--env-file /no/such.env: there is no such file',
  );
  const folder = mkdtempSync(join(tmpdir(), 'box-env-'));
  writeFileSync(join(folder, 'b.env'), Buffer.from([0x41, 0x3d, 0xff, 0xfe]));
  expect(() => environment({ envFile: [join(folder, 'b.env')] })).toThrow('no UTF-8 text');
  rmSync(folder, { recursive: true });
});
