import { DEFAULT_CAPABILITIES, DEFAULT_LOG, DEFAULT_PATH } from '@boxyard/spec';
import type { HostFacts } from '../host.ts';
import type { StartConfig } from './start.ts';

/** A container with nothing special, for tests; change what the test is about. */
export function containerConfig(changes: Partial<StartConfig> = {}): StartConfig {
  return {
    root: { kind: 'image', id: 'a'.repeat(64), reference: 'busybox:latest' },
    args: ['sh', '-c', 'echo hello'],
    entrypoint: [],
    command: ['sh', '-c', 'echo hello'],
    env: [`PATH=${DEFAULT_PATH}`],
    workdir: '/',
    user: '',
    hostname: 'web',
    tty: false,
    openStdin: false,
    mounts: [],
    readonlyRoot: false,
    network: 'none',
    capabilities: [...DEFAULT_CAPABILITIES],
    noNewPrivileges: false,
    ulimits: [],
    shmSize: 64 * 1024 * 1024,
    stopSignal: 15,
    stopTimeout: 10,
    umask: 0o022,
    labels: {},
    log: DEFAULT_LOG,
    autoRemove: false,
    ...changes,
  };
}

export const HOST_FACTS: HostFacts = {
  bootId: '11111111-2222-3333-4444-555555555555',
  capabilities: (1n << 41n) - 1n,
  hardLimits: { nofile: 1_048_576n, core: 0xffff_ffff_ffff_ffffn },
  oomScore: 0,
  fileSystems: new Set(['proc', 'sysfs', 'tmpfs', 'mqueue', 'overlay']),
  thermalThrottle: ['/sys/devices/system/cpu/cpu0/thermal_throttle'],
};
