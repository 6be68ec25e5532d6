import { encodePlan } from '@boxyard/spec';
import { describe, expect, test } from 'vitest';
import { describePlan } from './describe.ts';
import { compileExec } from './exec.ts';
import { containerConfig, HOST_FACTS } from './plan.fixtures.ts';
import { compileStart, logSegments, type StartInput } from './start.ts';

const input = (changes: Partial<StartInput> = {}): StartInput => ({
  id: 'ab'.repeat(32),
  config: containerConfig(),
  root: { kind: 'mount' },
  files: { hosts: '/c/hosts', hostname: '/c/hostname', resolvConf: '/c/resolv.conf' },
  log: { sequence: 1, offset: 0 },
  host: HOST_FACTS,
  ...changes,
});
const lines = (changes: Partial<StartInput> = {}): string[] => describePlan(compileStart(input(changes)));
const withConfig = (changes: Parameters<typeof containerConfig>[0]): string[] =>
  lines({ config: containerConfig(changes) });

describe('the plan of a start', () => {
  test('builds the box in this order', () => {
    expect(lines().join('\n')).toMatchSnapshot();
  });

  test('with everything asked for', () => {
    const config = containerConfig({
      tty: true,
      openStdin: true,
      network: 'host',
      user: 'app:staff',
      workdir: '/srv/app',
      readonlyRoot: true,
      noNewPrivileges: true,
      umask: 0o077,
      timezone: 'Europe/Berlin',
      env: ['PATH=/bin', 'TERM=vt100', 'GREETING=hello world', 'BROKEN'],
      ulimits: [
        { name: 'nofile', soft: 10, hard: 20 },
        { name: 'memlock', soft: -1, hard: -1 },
      ],
      capabilities: ['CAP_NET_RAW'],
      mounts: [
        {
          type: 'bind',
          source: '/srv/deep',
          target: '/data/deep',
          readonly: true,
          recursive: true,
          propagation: 'rslave',
        },
        { type: 'tmpfs', target: '/tmp', size: 1024, mode: 0o1777, options: ['exec', 'ro'] },
        {
          type: 'bind',
          source: '/srv/data',
          target: '/data',
          readonly: false,
          recursive: false,
          propagation: 'private',
        },
        {
          type: 'bind',
          source: '/srv/hosts',
          target: '/etc/hosts',
          readonly: false,
          recursive: true,
          propagation: 'rprivate',
        },
      ],
    });
    const files = { hosts: '/c/hosts', hostname: '/c/hostname', zone: '/usr/share/zoneinfo/Europe/Berlin' };
    const terminal = { rows: 50, columns: 132 };
    const plan = lines({ config, files, terminal, root: { kind: 'directory', path: '/srv/root' } });
    expect(plan.join('\n')).toMatchSnapshot();
  });

  test('fits the table that the helper checks it against', () => {
    expect(Buffer.from(encodePlan(compileStart(input()))).toString('latin1', 0, 4)).toBe('BXPL');
  });

  test('mounts outer targets before inner ones, and a user mount replaces our file', () => {
    const bind = (target: string) =>
      ({
        type: 'bind',
        source: '/s',
        target,
        readonly: false,
        recursive: true,
        propagation: 'rprivate',
      }) as const;
    const attached = withConfig({ mounts: [bind('/etc/hosts'), bind('/etc/deep/er'), bind('/etc')] })
      .filter((line) => line.includes('mountSlot'))
      .map((line) => line.split(' at ')[1]?.split(' ')[0]);
    expect(attached).toEqual(['/etc', '/etc/hostname', '/etc/resolv.conf', '/etc/hosts', '/etc/deep/er']);
  });

  test('never asks for a higher limit than it inherits', () => {
    const host = { ...HOST_FACTS, hardLimits: { nofile: 512n, core: 0n } };
    expect(lines({ host }).filter((line) => line.includes('RLIMIT'))).toEqual([
      'box  rlimit          RLIMIT_NOFILE 512:512',
      'box  rlimit          RLIMIT_CORE 0:0',
    ]);
  });

  test('keeps the inherited oom score only where it may not lower it', () => {
    const withoutResource = HOST_FACTS.capabilities & ~(1n << 24n);
    const score = (host: typeof HOST_FACTS) => lines({ host }).find((line) => line.includes('oomScore'));
    expect(score({ ...HOST_FACTS, oomScore: 500 })).toContain('value=0');
    expect(score({ ...HOST_FACTS, oomScore: 500, capabilities: withoutResource })).toContain('value=500');
    expect(score({ ...HOST_FACTS, oomScore: -900, capabilities: withoutResource })).toContain('value=0');
  });

  test('a capability that the agent lacks is an error by name, and left out of "all"', () => {
    const host = { ...HOST_FACTS, capabilities: HOST_FACTS.capabilities & ~(1n << 24n) };
    const asked = input({ host, config: containerConfig({ capabilities: ['CAP_SYS_RESOURCE'] }) });
    expect(() => compileStart(asked)).toThrow('the agent lacks CAP_SYS_RESOURCE itself');
    const exec = compileExec({ config: containerConfig(), args: ['id'], tty: false, privileged: true, host });
    expect(describePlan(exec).find((line) => line.includes('capBounding'))).not.toContain('CAP_SYS_RESOURCE');
  });

  test('leaves the message queue out where the kernel has none', () => {
    const host = { ...HOST_FACTS, fileSystems: new Set(['proc']) };
    expect(lines({ host }).join('\n')).not.toContain('mqueue');
  });
});

describe('the plan of an exec', () => {
  test('joins the box and becomes its user', () => {
    const plan = compileExec({
      config: containerConfig({ user: 'app' }),
      args: ['ps', 'aux'],
      tty: false,
      host: HOST_FACTS,
    });
    expect(describePlan(plan).join('\n')).toMatchSnapshot();
  });

  test('takes user, environment, directory, terminal and privileges from its own flags', () => {
    const plan = compileExec({
      config: containerConfig({ user: 'app', env: ['PATH=/bin', 'A=1'] }),
      args: ['sh'],
      tty: true,
      terminal: { rows: 30, columns: 100 },
      user: '0',
      env: ['A=2'],
      workdir: '/tmp',
      privileged: true,
      host: HOST_FACTS,
    });
    expect(describePlan(plan).join('\n')).toMatchSnapshot();
  });
});

describe('the segments of a log', () => {
  const MIB = 1024 ** 2;
  test.each([
    ['as asked for up to 16 MiB each', { maxSize: MIB, maxFile: 3 }, { bytes: MIB, count: 3 }],
    ['of 16 MiB for a larger file', { maxSize: 1024 * MIB, maxFile: 2 }, { bytes: 16 * MIB, count: 128 }],
    ['equal in size', { maxSize: 20 * MIB, maxFile: 1 }, { bytes: 10 * MIB, count: 2 }],
    ['no more than 1024', { maxSize: 64 * 1024 * MIB, maxFile: 2 }, { bytes: 128 * MIB, count: 1024 }],
    ['never fewer than asked for', { maxSize: 32 * MIB, maxFile: 1000 }, { bytes: 32 * MIB, count: 1000 }],
  ])('are %s', (_, options, segments) => {
    expect(logSegments(options)).toEqual(segments);
  });
});

test('what is given to the box’s user is opened once more, and given before anything can run', () => {
  const about = withConfig({
    mounts: [
      {
        type: 'bind',
        source: '/srv/data',
        target: '/data',
        readonly: true,
        recursive: true,
        propagation: 'rprivate',
        chown: true,
      },
    ],
  }).filter((line) => /srv.data|ownSlot|pivot/.test(line));
  expect(about.map((line) => line.replace(/ +/g, ' '))).toEqual([
    'host slotTree slot 1 = /srv/data with mounts below',
    'host slotTree slot 2 = /srv/data',
    'box ownSlot slot=2',
    'box pivot',
  ]);
});
