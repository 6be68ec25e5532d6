/** What procedures answer with. Plain JSON; times are RFC 3339 strings, sizes bytes. */
import type { ContainerConfig, ContainerState, ExitStatus, Image } from '@boxyard/spec';

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
  container: string;
  command: string[];
  tty: boolean;
  running: boolean;
  pid: number | null;
  exit: ExitStatus | null;
}

export type ImageView = Image & { containers: number };

export interface TopView {
  titles: string[];
  processes: string[][];
}

export interface EventView {
  /** Grows by one; 0 before the first. */
  sequence: number;
  time: string;
  type: 'container' | 'image' | 'agent';
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

export type FeedMessage =
  | { type: 'snapshot'; containers: ContainerView[] }
  | { type: 'container'; container: ContainerView }
  | { type: 'removed'; id: string }
  | { type: 'event'; event: EventView };
