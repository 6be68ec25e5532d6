import { MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY } from '@boxyard/kernel';
import { op, type PlanOperation } from '@boxyard/spec';
import type { HostFacts } from '../host.ts';

/** procfs and the like hold nothing to run, no set-user-ID files and no devices of their own. */
const INERT = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
/** Room for /dev itself, in bytes as tmpfs reads them; what Docker gives. */
const DEV_SIZE = '65536k';
/** The group `tty` has this number in every distribution; devpts gives new terminals to it. */
const TTY_GROUP = 5;

const S_IFCHR = 0o020000;
const DEVICES: readonly [name: string, major: number, minor: number][] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
];
const LINKS: readonly [target: string, path: string][] = [
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
  ['pts/ptmx', '/dev/ptmx'],
];

/** SECURITY, "side channels". */
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
  '/sys/fs/selinux',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** /proc, /dev and what belongs into it, /sys: made anew in every box. */
export function kernelFileSystems(options: { shmSize: number; host: HostFacts }): PlanOperation[] {
  const { shmSize, host } = options;
  return [
    op('mountFs', '/proc', 'proc', INERT),
    op('mountFs', '/dev', 'tmpfs', MOUNT_ATTR_NOSUID, 'mode=755', `size=${DEV_SIZE}`),
    op(
      'mountFs',
      '/dev/pts',
      'devpts',
      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
      'newinstance',
      'ptmxmode=0666',
      'mode=620',
      `gid=${TTY_GROUP}`,
    ),
    op('mountFs', '/dev/shm', 'tmpfs', INERT, 'mode=1777', `size=${shmSize}`),
    ...(host.fileSystems.has('mqueue') ? [op('mountFs', '/dev/mqueue', 'mqueue', INERT)] : []),
    ...DEVICES.map(([name, major, minor]) =>
      op('mknod', `/dev/${name}`, S_IFCHR | 0o666, major, minor, 0, 0),
    ),
    ...LINKS.map(([target, path]) => op('symlink', target, path)),
    op('mountFs', '/sys', 'sysfs', INERT | MOUNT_ATTR_RDONLY),
    op('mountFs', '/sys/fs/cgroup', 'cgroup2', INERT | MOUNT_ATTR_RDONLY),
  ];
}

/** Covers what tells too much about the host, and keeps the rest of /proc from being written. */
export function masks(host: HostFacts): PlanOperation[] {
  return [
    ...[...MASKED, ...host.thermalThrottle].map((path) => op('mask', path)),
    ...READ_ONLY.map((path) => op('readonly', path)),
  ];
}
