/** What the router needs from the engine. packages/engine implements it; nothing here knows how. */
import type { z } from 'zod';
import type { CreateRequest, containerFilter, ExecRequest } from './schemas/container.ts';
import type { ImportRequest } from './schemas/image.ts';
import type {
  ContainerDetails,
  ContainerView,
  DoctorView,
  ExecView,
  ImageView,
  InfoView,
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

export interface Services {
  containers: ContainerService;
  images: ImageService;
  system: SystemService;
}
