import { readdirSync, readFileSync } from 'node:fs';

/** What plans need to know of the machine and of the agent's own process. Read once: none of it changes while the agent runs. */
export interface HostFacts {
  /** /proc/sys/kernel/random/boot_id. */
  bootId: string;
  /** Mask of capabilities that a child of ours can have. */
  capabilities: bigint;
  /** Hard limits that a child of ours inherits; raising one needs CAP_SYS_RESOURCE. RLIM_INFINITY is 2^64 - 1. */
  hardLimits: { nofile: bigint; core: bigint };
  /** The oom_score_adj that a child of ours inherits; lowering it needs CAP_SYS_RESOURCE. */
  oomScore: number;
  /** File system types of the kernel. */
  fileSystems: ReadonlySet<string>;
  /** Directories /sys/devices/system/cpu/cpu*\/thermal_throttle of this machine. */
  thermalThrottle: readonly string[];
}

const CPU_DIRECTORY = '/sys/devices/system/cpu';

/** Reads the facts from /proc and /sys. */
export function readHostFacts(): HostFacts {
  const status = readFileSync('/proc/self/status', 'utf8');
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    capabilities: capabilityField(status, 'CapPrm') & capabilityField(status, 'CapBnd'),
    hardLimits: {
      nofile: hardLimit(limits, 'Max open files'),
      core: hardLimit(limits, 'Max core file size'),
    },
    oomScore: Number(readFileSync('/proc/self/oom_score_adj', 'utf8')),
    fileSystems: new Set(
      readFileSync('/proc/filesystems', 'utf8')
        .split('\n')
        .map((line) => line.split('\t').at(-1) ?? ''),
    ),
    thermalThrottle: thermalThrottleDirectories(),
  };
}

function capabilityField(status: string, field: string): bigint {
  const [, mask] = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status) ?? [];
  return mask ? BigInt(`0x${mask}`) : 0n;
}

/** `Max open files            1048576              1048576              files`: soft, hard (proc_pid_limits(5)). */
function hardLimit(limits: string, label: string): bigint {
  const [, hard] = new RegExp(`^${label}\\s+\\S+\\s+(\\S+)`, 'm').exec(limits) ?? [];
  return hard === undefined || hard === 'unlimited' ? 0xffff_ffff_ffff_ffffn : BigInt(hard);
}

function thermalThrottleDirectories(): string[] {
  const cpus = readdirSync(CPU_DIRECTORY).filter((name) => /^cpu\d+$/.test(name));
  return cpus
    .filter((cpu) => readdirSync(`${CPU_DIRECTORY}/${cpu}`).includes('thermal_throttle'))
    .map((cpu) => `${CPU_DIRECTORY}/${cpu}/thermal_throttle`);
}
