import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
  encodeLinkUp,
  LOOPBACK_INDEX,
} from '@boxyard/kernel';
import {
  type ContainerConfig,
  type KernelMount,
  type LogOptions,
  op,
  type Plan,
  type PlanOperation,
  SESSION_STDIN,
  SESSION_TTY,
} from '@boxyard/spec';
import { START_DESCRIPTORS } from '../descriptors.ts';
import type { HostFacts } from '../host.ts';
import { kernelFileSystems, masks } from './file-systems.ts';
import { type BoundFiles, ROOT_SLOT, userMounts } from './mounts.ts';
import { environment, oomScore, privileges, processLimits } from './process.ts';

/** Output kept in the supervisor's memory for viewers that come back; what lies before it is in the log. A power of two. */
export const RING_BYTES = 256 * 1024;
/** Counting the lines of this much takes a few milliseconds. */
const LOG_SEGMENT_BYTES = 16 * 1024 * 1024;
/** Above this many files a listing of the directory would be what costs; then segments are longer. */
const LOG_SEGMENTS = 1024;
/** A terminal nobody has sized yet. */
export const DEFAULT_TERMINAL = { rows: 24, columns: 80 };

/** A container's config whose volumes are binds of their directories. */
export type StartConfig = Omit<ContainerConfig, 'mounts'> & { mounts: KernelMount[] };

export interface StartInput {
  /** 64 hex digits. */
  id: string;
  config: StartConfig;
  /** `mount`: a detached mount that arrives on START_DESCRIPTORS.root; else a directory of the host. */
  root: { kind: 'mount' } | { kind: 'directory'; path: string };
  files: BoundFiles;
  /** Number and first content offset of the log segment that this run begins with. */
  log: { sequence: number; offset: number };
  terminal?: { rows: number; columns: number } | undefined;
  host: HostFacts;
}

/**
 * Everything from posix_spawn of the helper to execve of the user's program, in order (docs/protocol.md).
 * Pure. Descriptors are those of START_DESCRIPTORS.
 */
export function compileStart(input: StartInput): Plan {
  const { config, host } = input;
  const mounts = userMounts(config.mounts, input.files);
  const ownNetwork = config.network !== 'host';
  return [
    ...supervisor(input),
    ...(input.root.kind === 'directory' ? [op('slotTree', ROOT_SLOT, input.root.path, 1)] : []),
    ...mounts.sources,
    op('clone', namespaces(config), START_DESCRIPTORS.cgroup, 0),
    op('signals'),
    ...(ownNetwork ? [op('netlink', encodeLinkUp(LOOPBACK_INDEX, 1))] : []),
    op('hostname', config.hostname),
    // As late as can be: the agent is still mounting it.
    ...(input.root.kind === 'mount' ? [op('slotReceive', ROOT_SLOT, START_DESCRIPTORS.root)] : []),
    op('root', ROOT_SLOT),
    ...kernelFileSystems({ shmSize: config.shmSize, host }),
    ...(ownNetwork ? networkSettings() : []),
    ...mounts.attachments,
    config.tty ? consoleOf(input) : op('setsid'),
    ...masks(host),
    op('keyring'),
    op('resolveUser', config.user),
    ...mounts.gifts,
    op('pivot'),
    op('workdir', config.workdir, 1),
    ...(config.readonlyRoot ? [op('rootReadonly')] : []),
    oomScore(host),
    ...processLimits(config.ulimits, host),
    op('umask', config.umask),
    environment(config, { tty: config.tty }),
    ...privileges(config, host),
    op('exec', ...config.args),
  ];
}

function supervisor({ id, config, log, terminal, host }: StartInput): PlanOperation[] {
  const flags = (config.tty ? SESSION_TTY : 0) | (config.openStdin ? SESSION_STDIN : 0);
  const { rows, columns } = terminal ?? DEFAULT_TERMINAL;
  const { bytes, count } = logSegments(config.log);
  return [
    op('supervise', id, START_DESCRIPTORS.runDirectory, host.bootId),
    op('log', START_DESCRIPTORS.log, bytes, count, log.sequence, log.offset),
    op('session', flags, rows, columns, RING_BYTES),
    op('shimCgroup', START_DESCRIPTORS.shimCgroup),
  ];
}

/**
 * What may be kept (`maxSize` × `maxFile`) in segments of at most 16 MiB: a content offset is counted from its segment's start, so the
 * length of a segment is what a jump into a log of gigabytes costs.
 */
export function logSegments({ maxSize, maxFile }: LogOptions): { bytes: number; count: number } {
  const pieces = Math.min(
    Math.ceil(maxSize / LOG_SEGMENT_BYTES),
    Math.max(Math.floor(LOG_SEGMENTS / maxFile), 1),
  );
  return { bytes: Math.ceil(maxSize / pieces), count: maxFile * pieces };
}

function consoleOf({ terminal }: StartInput): PlanOperation {
  const { rows, columns } = terminal ?? DEFAULT_TERMINAL;
  return op('console', rows, columns);
}

/** The namespaces that a box has for itself; exec joins the same. */
export function namespaces(config: Pick<ContainerConfig, 'network'>): number {
  const always = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  return config.network === 'host' ? always : always | CLONE_NEWNET;
}

/** Ping without capabilities, and port 80 for every user, are safe in a network namespace of its own. */
function networkSettings(): PlanOperation[] {
  return [
    op('sysctl', 'net.ipv4.ping_group_range', '0 2147483647'),
    op('sysctl', 'net.ipv4.ip_unprivileged_port_start', '0'),
  ];
}
