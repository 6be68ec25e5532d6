/** What procedures answer with. Plain JSON; times are RFC 3339 strings, sizes bytes. */
import type { ContainerConfig, ContainerState, ExitStatus } from '@boxyard/spec';
import type { TaskView } from './image-views.ts';

export interface ContainerView {
  id: string;
  name: string;
  /** Image reference as asked for, or the directory of `--rootfs`. */
  image: string;
  imageId: string | null;
  command: string[];
  state: ContainerState;
  /** "Up 3 minutes", "Exited (7) 2 hours ago" are made from these by the client. */
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  exit: ExitStatus | null;
  /** Host pid of the init while it runs. */
  pid: number | null;
  /** Why it ended or failed to start, in words. */
  reason: string | null;
  tty: boolean;
  openStdin: boolean;
  labels: Record<string, string>;
  network: string;
  /** Grows with every change of this container. */
  revision: number;
}

export interface ContainerDetails extends ContainerView {
  config: ContainerConfig;
  logDirectory: string;
  cgroup: string;
  restartCount: number;
  execs: ExecView[];
}

export interface ExecView {
  id: string;
  /** What `box attach` takes; null for sessions nobody comes back to. */
  name: string | null;
  container: string;
  command: string[];
  tty: boolean;
  running: boolean;
  pid: number | null;
  exit: ExitStatus | null;
  user: string | null;
  createdAt: string;
}

/** A terminal that somebody can join: a container's own or a session beside it. */
export interface TerminalView {
  /** The exec's id; the container's id for its own terminal. */
  id: string;
  /** '' for the container's own terminal, as in `attach`. */
  session: string;
  /** The container's name for its own terminal. */
  name: string;
  container: { id: string; name: string };
  command: string[];
  user: string | null;
  running: boolean;
  exit: ExitStatus | null;
  createdAt: string;
  finishedAt: string | null;
  /** How many look at it now. */
  viewers: number;
}

export interface TopView {
  titles: string[];
  processes: string[][];
}

export type EventType = 'container' | 'image' | 'volume' | 'agent';

export interface EventView {
  /** Grows by one; 0 before the first. */
  sequence: number;
  time: string;
  type: EventType;
  /** create, start, die, stop, kill, destroy, rename, oom, lost, exec_create, exec_start, exec_die, import, tag, untag, delete … as Docker names them. */
  action: string;
  id: string;
  name: string;
  attributes: Record<string, string>;
}

export interface InfoView {
  version: string;
  build: string;
  rootless: boolean;
  kernel: string;
  os: string;
  architecture: string;
  cpus: number;
  memory: number;
  instanceId: string;
  root: string;
  run: string;
  cgroup: { mode: 'unified' | 'hybrid' | 'none'; root: string; controllers: string[] };
  storage: { driver: string; fileSystem: string; free: number; size: number };
  network: { default: string; available: string[] };
  security: string[];
  containers: { total: number; running: number; stopped: number };
  images: number;
  uptimeSeconds: number;
  /** Agent's own figures, for the bench and Diagnostics. */
  agent: { pid: number; rssBytes: number; eventLoopDelayMs: { p50: number; p99: number; max: number } };
}

export interface VersionView {
  version: string;
  build: string;
  protocol: number;
  node: string;
}

export interface DoctorCheck {
  id: string;
  title: string;
  status: 'ok' | 'warning' | 'missing';
  /** What was found. */
  found: string;
  /** What is lost without it and how to get it; null when ok. */
  advice: string | null;
}
export interface Leak {
  kind: 'mount' | 'namespace' | 'cgroup' | 'process' | 'directory' | 'row' | 'socket';
  what: string;
}
export interface DoctorView {
  checks: DoctorCheck[];
  leaks: Leak[] | null;
}

/** One look at a container's cgroup. Rates are per second since the sample before; null: this host does not say. */
export interface StatsSample {
  /** CPUs busy: 1 is one whole CPU. */
  cpu: number;
  /** Bytes. */
  memory: number;
  processes: number;
  /** Bytes per second from and to block devices. */
  read: number | null;
  write: number | null;
  /** Share of the last 10 s in which some process waited (0 to 100), PSI `some avg10`. */
  cpuPressure: number | null;
  memoryPressure: number | null;
  ioPressure: number | null;
}

export interface ContainerStats extends StatsSample {
  id: string;
  name: string;
  time: string;
  /** Bytes it may have; null: no limit of its own. */
  memoryLimit: number | null;
  /** `cgroup`: memory.current. `processes`: the resident memory of its processes, where the memory controller is not to be had. */
  memorySource: 'cgroup' | 'processes';
}

export interface HostSample {
  /** CPUs busy of `cpus`. */
  cpu: number;
  cpus: number;
  memory: number;
  memoryTotal: number;
  swap: number;
  swapTotal: number;
  /** Of the file system that holds BOXYARD_ROOT, bytes. */
  disk: number;
  diskTotal: number;
  load: [number, number, number];
  cpuPressure: number | null;
  memoryPressure: number | null;
  ioPressure: number | null;
}

/** A ring, oldest first; null where nothing was measured (not running, agent down). All arrays are equally long. */
export interface StatsHistory {
  /** Seconds between two samples. */
  step: number;
  /** Milliseconds since the epoch of the last sample. */
  until: number;
  cpu: (number | null)[];
  memory: (number | null)[];
  processes: (number | null)[];
  read: (number | null)[];
  write: (number | null)[];
  cpuPressure: (number | null)[];
  memoryPressure: (number | null)[];
  ioPressure: (number | null)[];
}

/** The host's ring: bytes of memory and disk, CPUs busy, pressures. */
export interface HostHistory {
  step: number;
  until: number;
  cpu: (number | null)[];
  memory: (number | null)[];
  disk: (number | null)[];
  cpuPressure: (number | null)[];
  memoryPressure: (number | null)[];
  ioPressure: (number | null)[];
}

/** A signed-in browser. */
export interface AccessSession {
  /** Public name of the session: worth nothing for signing in. */
  id: string;
  current: boolean;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  /** Where it was last seen from. */
  address: string;
  userAgent: string;
  /** How it signed in. */
  by: 'link' | 'password';
}

export interface AccessStatus {
  passwordSet: boolean;
  /** Addresses the dashboard answers on, null when it is not served. */
  listen: { host: string; port: number } | null;
  loopback: boolean;
  /** Host names it answers to. */
  hosts: string[];
}

/** A change somebody asked for: kept whether it worked or not. */
export interface AuditView {
  sequence: number;
  time: string;
  /** `local` for the unix socket, else the session's public id. */
  who: string;
  procedure: string;
  /** What it was about, in short: container=…, image=…; never a secret. */
  subject: string;
  /** null: done; else the error's code. */
  error: string | null;
}

export type FeedMessage =
  | { type: 'snapshot'; containers: ContainerView[] }
  /** Under way or ended a while ago; all of them follow a snapshot. */
  | { type: 'task'; task: TaskView }
  | { type: 'task-removed'; id: string }
  | { type: 'container'; container: ContainerView }
  | { type: 'removed'; id: string }
  | { type: 'event'; event: EventView }
  /** A session of this container began, ended, was renamed, or others look at it: ask `terminals.list` again. */
  | { type: 'terminals'; container: string }
  /** What the client watches (`feedWatch`), once a second. `containers`: id → [cpu, memory, processes, read, write], see StatsSample. */
  | {
      type: 'stats';
      time: number;
      host: HostSample | null;
      containers: Record<
        string,
        [cpu: number, memory: number, processes: number, read: number | null, write: number | null]
      >;
    };
