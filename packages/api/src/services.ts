/** What the router needs from the engine. packages/engine implements it; nothing here knows how. */
import type { z } from 'zod';
import type { CreateRequest, containerFilter, ExecRequest } from './schemas/container.ts';
import type { EventsRequest } from './schemas/events.ts';
import type { ImportRequest } from './schemas/image.ts';
import type { StatsStep } from './schemas/stats.ts';
import type {
  AccessSession,
  AccessStatus,
  AuditView,
  ContainerDetails,
  ContainerStats,
  ContainerView,
  DoctorView,
  EventView,
  ExecView,
  HostHistory,
  HostSample,
  ImageView,
  InfoView,
  StatsHistory,
  TerminalView,
  TopView,
  VersionView,
} from './views.ts';

export interface TerminalSize {
  rows: number;
  columns: number;
}

export interface ContainerService {
  create(request: CreateRequest): Promise<ContainerView>;
  list(filter: z.output<typeof containerFilter>): Promise<ContainerView[]>;
  inspect(reference: string): Promise<ContainerDetails>;
  /** The compiled plan, one operation a line (`box inspect --plan`). */
  plan(reference: string): Promise<string[]>;
  start(reference: string, size?: TerminalSize): Promise<ContainerView>;
  stop(reference: string, timeout?: number): Promise<ContainerView>;
  restart(reference: string, timeout?: number): Promise<ContainerView>;
  kill(reference: string, signal: string): Promise<ContainerView>;
  remove(reference: string, options: { force: boolean }): Promise<void>;
  rename(reference: string, name: string): Promise<ContainerView>;
  /** Resolves when the container is not running (any more). The answer is kept for removed ones while somebody waits. */
  wait(reference: string, signal?: AbortSignal): Promise<ContainerView>;
  top(reference: string): Promise<TopView>;
  exec(request: ExecRequest): Promise<ExecView>;
  /** Resolves when the exec ended. */
  execWait(reference: string, execId: string, signal?: AbortSignal): Promise<ExecView>;
}

export interface ImageService {
  list(): Promise<ImageView[]>;
  inspect(reference: string): Promise<ImageView>;
  importPath(path: string, request: ImportRequest): Promise<ImageView[]>;
  /** Body of an upload; name is required. */
  importStream(
    body: AsyncIterable<Uint8Array>,
    request: ImportRequest,
    signal?: AbortSignal,
  ): Promise<ImageView>;
  tag(reference: string, tag: string): Promise<void>;
  remove(reference: string, options: { force: boolean }): Promise<{ untagged: string[]; deleted: string[] }>;
}

export interface SystemService {
  info(): Promise<InfoView>;
  version(): Promise<VersionView>;
  doctor(options: { leaks: boolean }): Promise<DoctorView>;
}

export interface StatsService {
  /** A fresh sample of each that runs; of all that run without names. Rates are over the time since the last one (a first one waits up to 250 ms). */
  containers(references?: string[]): Promise<ContainerStats[]>;
  history(reference: string, step: StatsStep): Promise<StatsHistory>;
  host(): Promise<HostSample>;
  hostHistory(step: StatsStep): Promise<HostHistory>;
}

export interface EventService {
  /** Stored events, oldest first. */
  list(request: EventsRequest): Promise<EventView[]>;
}

export interface TerminalService {
  /** Of running containers; also sessions that just ended are kept a while, so that their end can be told. */
  list(container?: string): Promise<TerminalView[]>;
  find(session: string): Promise<TerminalView>;
  rename(session: string, name: string): Promise<TerminalView>;
  /** Hangs up (SIGHUP, then SIGKILL): for sessions beside the container's own terminal only. */
  end(session: string): Promise<void>;
}

/** Changes that were asked for, who by, and whether they worked. */
export interface AuditService {
  add(entry: Omit<AuditView, 'sequence' | 'time'>): void;
  list(options: { before?: number | undefined; limit: number }): Promise<AuditView[]>;
}

/** Who may come in: the agent's own business, not the engine's. */
export interface AccessService {
  status(): AccessStatus;
  sessions(): AccessSession[];
  /** Ends it at once, open streams included. Throws NOT_FOUND. */
  revoke(session: string): void;
  /** All but the caller's; how many. */
  revokeOthers(): number;
  setPassword(password: string, current: string | undefined): Promise<void>;
  removePassword(current: string | undefined): Promise<void>;
}

export interface Services {
  containers: ContainerService;
  images: ImageService;
  system: SystemService;
  stats: StatsService;
  events: EventService;
  terminals: TerminalService;
  audit: AuditService;
}
