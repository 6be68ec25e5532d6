/** What the router needs from the engine. packages/engine implements it; nothing here knows how. */
import type { z } from 'zod';
import type {
  DiskView,
  FileChange,
  ImageDetails,
  ImageView,
  LayerFile,
  PruneReport,
  RegistryView,
  TaskView,
  VolumeView,
} from './image-views.ts';
import type { CreateRequest, containerFilter, ExecRequest } from './schemas/container.ts';
import type { CopyFromRequest, CopyToRequest, PathStat, PruneContainersRequest } from './schemas/copy.ts';
import type { EventsRequest } from './schemas/events.ts';
import type {
  CommitRequest,
  ImportRequest,
  LayerFilesRequest,
  PruneImagesRequest,
  PullRequest,
  PushRequest,
  SaveRequest,
} from './schemas/image.ts';
import type { RegistryLoginRequest } from './schemas/registry.ts';
import type { StatsStep } from './schemas/stats.ts';
import type { CreateVolumeRequest, PruneVolumesRequest } from './schemas/volume.ts';
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

/** A bulk body on its way out. */
export interface Download {
  /** What a browser calls the file. */
  fileName: string;
  contentType: string;
  chunks: AsyncIterable<Uint8Array>;
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
  /** `volumes`: those made for it alone go too. */
  remove(reference: string, options: { force: boolean; volumes?: boolean | undefined }): Promise<void>;
  /** Files that differ from the image's. */
  diff(reference: string): Promise<FileChange[]>;
  /** The whole file system as a tar archive. */
  export(reference: string, signal?: AbortSignal): Promise<Download>;
  statPath(reference: string, path: string): Promise<PathStat>;
  copyFrom(request: CopyFromRequest, signal?: AbortSignal): Promise<Download>;
  copyTo(request: CopyToRequest, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Those that ended. */
  prune(request: PruneContainersRequest): Promise<PruneReport>;
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
  details(reference: string): Promise<ImageDetails>;
  layerFiles(request: LayerFilesRequest): Promise<LayerFile[]>;
  /** Begins, or joins the one under way for the same image. */
  pull(request: PullRequest): Promise<TaskView>;
  push(request: PushRequest): Promise<TaskView>;
  save(request: SaveRequest, signal?: AbortSignal): Promise<Download>;
  loadPath(path: string): Promise<ImageView[]>;
  loadStream(body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<ImageView[]>;
  commit(request: CommitRequest): Promise<ImageView>;
  prune(request: PruneImagesRequest): Promise<PruneReport>;
  /** Reads every byte of the store (of one image) again. */
  verify(reference?: string): Promise<TaskView>;
}

export interface TaskService {
  /** Newest first. */
  list(): Promise<TaskView[]>;
  get(id: string): Promise<TaskView>;
  /** Resolves when it differs from revision `after` or has ended, at the latest after 20 s. */
  follow(id: string, after: number, signal?: AbortSignal): Promise<TaskView>;
  cancel(id: string): Promise<void>;
}

export interface VolumeService {
  list(options: { sizes: boolean }): Promise<VolumeView[]>;
  inspect(name: string): Promise<VolumeView>;
  create(request: CreateVolumeRequest): Promise<VolumeView>;
  remove(name: string, options: { force: boolean }): Promise<void>;
  prune(request: PruneVolumesRequest): Promise<PruneReport>;
  /** Its files as a tar archive. */
  export(name: string, signal?: AbortSignal): Promise<Download>;
  /** A tar archive (plain, gzip, zstd, xz) is unpacked over what is there. */
  import(name: string, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
}

export interface RegistryService {
  /** Those with credentials or settings, by host. */
  list(): Promise<RegistryView[]>;
  /** Asks the registry whether it takes them. Throws PERMISSION_DENIED when it does not. */
  login(request: RegistryLoginRequest): Promise<RegistryView>;
  logout(registry: string): Promise<void>;
}

export interface SystemService {
  info(): Promise<InfoView>;
  version(): Promise<VersionView>;
  doctor(options: { leaks: boolean }): Promise<DoctorView>;
  disk(): Promise<DiskView>;
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
  tasks: TaskService;
  volumes: VolumeService;
  registries: RegistryService;
  audit: AuditService;
}
