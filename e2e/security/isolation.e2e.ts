/** What a box can reach of the host: cgroups (CVE-2023-25809), supervisors (CVE-2020-15257), state directories, side channels. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
let id: string;
beforeAll(async () => {
  agent = await TestAgent.start();
  await agent.ok(['run', '-d', '--name', 'box', 'busybox', 'sleep', '1000']);
  id = await agent.ok(['ps', '-q', '--no-trunc']);
});
afterAll(() => agent.stop());

/** Those of `attempts` that succeeded in a box, root in it. */
async function successes(attempts: string[], flags: string[] = []): Promise<string[]> {
  const script = attempts.map((attempt, at) => `(${attempt}) >/dev/null 2>&1 && echo ${at}`).join('; ');
  const out = await agent.ok(['run', '--rm', ...flags, 'busybox', 'sh', '-c', `${script}; true`]);
  return out
    .split('\n')
    .filter(Boolean)
    .map((at) => attempts[Number(at)] ?? at);
}

test('cgroups can be neither made nor changed nor left', async () => {
  const tree = '/sys/fs/cgroup';
  const attempts = [
    `mkdir ${tree}/mine`,
    `echo $$ >${tree}/cgroup.procs`,
    `echo max >${tree}/pids.max`,
    `echo 1 >${tree}/cgroup.freeze`,
    `mount -o remount,rw ${tree}`,
    'mount -t cgroup2 none /tmp',
  ];
  expect(await successes(attempts)).toEqual([]);
  expect(await agent.ok(['run', '--rm', 'busybox', 'cat', '/proc/self/cgroup'])).toMatch(/^0::\/$/m);
});

test('with the network of the host a box reaches no supervisor and no agent', async () => {
  // Abstract sockets belong to a network namespace: ours must not be there at all.
  const sockets = readFileSync('/proc/net/unix', 'utf8').split('\n').slice(1);
  expect(sockets.filter((line) => / @/.test(line) && /box|shim|ctl|attach/.test(line))).toEqual([]);
  const paths = [join(agent.folder, 'run'), join(agent.folder, 'root'), agent.socketPath];
  const seen = await successes(
    paths.map((path) => `ls ${path}`),
    ['--network', 'host'],
  );
  expect(seen).toEqual([]);
});

test('directories of state are 0700, sockets and records for root alone', () => {
  const mode = (...path: string[]) => statSync(join(agent.folder, ...path)).mode & 0o777;
  for (const directory of [
    ['root'],
    ['run'],
    ['root', 'containers'],
    ['run', 'containers'],
    ['root', 'containers', id],
    ['run', 'containers', id],
    ['root', 'containers', id, 'log'],
  ]) {
    expect([directory.join('/'), mode(...directory) & 0o077]).toEqual([directory.join('/'), 0]);
  }
  expect(mode('run', 'boxd.sock')).toBe(0o600);
  for (const name of readdirSync(join(agent.folder, 'run/containers', id))) {
    expect([name, mode('run/containers', id, name) & 0o077]).toEqual([name, 0]);
  }
  for (const name of ['db.sqlite', `containers/${id}/container.json`]) {
    expect([name, mode('root', name) & 0o077]).toEqual([name, 0]);
  }
});

const MASKED = [
  'acpi',
  'asound',
  'interrupts',
  'kcore',
  'keys',
  'latency_stats',
  'sched_debug',
  'scsi',
  'timer_list',
  'timer_stats',
].map((name) => `/proc/${name}`);
const MASKED_SYS = [
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
  '/sys/fs/selinux',
  '/sys/devices/system/cpu/cpu0/thermal_throttle',
];

test('side channels are empty: what the host counts, a box does not see', async () => {
  const script = [...MASKED, ...MASKED_SYS]
    .map(
      (path) =>
        `[ -d ${path} ] && [ -n "$(ls -A ${path})" ] && echo ${path}; [ -f ${path} ] && [ -n "$(head -c 1 ${path})" ] && echo ${path}`,
    )
    .join('; ');
  for (const way of [
    ['run', '--rm', 'busybox'],
    ['run', '--rm', '--cap-add', 'SYS_PTRACE', 'busybox'],
    ['exec', 'box'],
  ]) {
    expect(await agent.ok([...way, 'sh', '-c', `${script}; true`])).toBe('');
  }
});

test('switches of the kernel are read-only', async () => {
  const attempts = ['bus', 'fs', 'irq', 'sys'].map((name) => `touch /proc/${name}/mine`);
  const more = [
    'echo 1 >/proc/sys/vm/drop_caches',
    'echo x >/proc/sys/kernel/core_pattern',
    'echo b >/proc/sysrq-trigger',
    'touch /sys/mine',
    'echo 0 >/sys/kernel/mm/ksm/run',
  ];
  expect(await successes([...attempts, ...more])).toEqual([]);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
