/** What a container is: the parsed, complete wish (`ContainerConfig`) and what became of it (`ExitStatus`). Pure types, shared by all. */

export interface BindMount {
  type: 'bind';
  source: string;
  target: string;
  readonly: boolean;
  /** MS_REC of the source tree; default true like Docker's `rbind`. */
  recursive: boolean;
  propagation: 'rprivate' | 'private' | 'rslave' | 'slave' | 'rshared' | 'shared';
  /** `:U`: at each start everything below the source is given to the container's user. */
  chown?: boolean | undefined;
}
/** A directory of the agent's that outlives the containers which mount it. */
export interface VolumeMount {
  type: 'volume';
  /** In a wish '' asks for one of its own (anonymous); a container's config always has the name. */
  name: string;
  target: string;
  readonly: boolean;
  /** An empty volume is filled with what the image has at the target. */
  copy: boolean;
  /** `:U`, as of a bind. */
  chown: boolean;
  /** For a volume that is made because of this mount. */
  labels: Record<string, string>;
}
export interface TmpfsMount {
  type: 'tmpfs';
  target: string;
  /** Bytes; undefined: the kernel's default (half of memory). */
  size?: number | undefined;
  /** Permission bits of the mount's root, e.g. 0o1777. */
  mode: number;
  /** Further flags among ro, noexec, exec, nosuid, suid, nodev, dev. */
  options: string[];
}
export type ContainerMount = BindMount | VolumeMount | TmpfsMount;
/** What the kernel is asked for: a volume is a bind of its directory by then. */
export type KernelMount = BindMount | TmpfsMount;

export interface Ulimit {
  /** Lower case without RLIMIT_: `nofile`. */
  name: string;
  /** -1: unlimited. */
  soft: number;
  hard: number;
}

export interface LogOptions {
  /** Bytes of one segment. */
  maxSize: number;
  /** Segments kept. */
  maxFile: number;
}

/** Where the root file system comes from. */
export type RootSource =
  | { kind: 'image'; id: string; reference: string }
  | { kind: 'directory'; path: string };

/** The complete wish, after flags, env files and the image's config were merged. Stored; a start needs nothing else. */
export interface ContainerConfig {
  root: RootSource;
  /** argv: entrypoint and command joined. Never empty. */
  args: string[];
  /** How it came about, for `inspect` and `commit`. */
  entrypoint: string[];
  command: string[];
  /** KEY=VALUE, merged: image < env-file < -e; PATH present; no HOME unless given. */
  env: string[];
  workdir: string;
  /** As given: `user[:group]`, '' = 0. */
  user: string;
  hostname: string;
  tty: boolean;
  /** stdin kept open (-i). */
  openStdin: boolean;
  mounts: ContainerMount[];
  readonlyRoot: boolean;
  network: 'none' | 'host';
  /** Full names, `CAP_CHOWN`. */
  capabilities: string[];
  noNewPrivileges: boolean;
  ulimits: Ulimit[];
  /** Bytes of /dev/shm. */
  shmSize: number;
  stopSignal: number;
  /** Seconds before SIGKILL. */
  stopTimeout: number;
  umask: number;
  timezone?: string | undefined;
  labels: Record<string, string>;
  log: LogOptions;
  /** Removed by itself once it ended. */
  autoRemove: boolean;
}

/** How a process ended. Never invented: `lost` when nobody can know. */
export type ExitStatus =
  | { kind: 'code'; code: number }
  | { kind: 'signal'; signal: number }
  | { kind: 'oom'; signal: number }
  | { kind: 'lost'; reason: string };

/** Exit status as a shell and Docker print it: code, 128 + signal; `lost` is 255. */
export function exitCodeOf(exit: ExitStatus): number {
  switch (exit.kind) {
    case 'code':
      return exit.code;
    case 'signal':
    case 'oom':
      return 128 + exit.signal;
    case 'lost':
      return 255;
  }
}

/** What a root process of an ordinary image needs, without mknod, raw sockets and audit (capabilities(7)); the rest by --cap-add. */
export const DEFAULT_CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
] as const;

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MIB = 1024 * 1024;
/** Rotated by default: users fill disks otherwise (moby#40207). */
export const DEFAULT_LOG: LogOptions = { maxSize: 16 * MIB, maxFile: 4 };
export const DEFAULT_SHM_BYTES = 64 * MIB;
export const DEFAULT_STOP_TIMEOUT_SECONDS = 10;
export const DEFAULT_UMASK = 0o022;
