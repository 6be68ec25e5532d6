/** What procedures about images, registries, volumes and disk answer with. Plain JSON; times are RFC 3339 strings, sizes bytes. */
import type { Image, Platform } from '@boxyard/spec';

export type ImageView = Image & {
  /** Containers made from it. */
  containers: number;
  /** Of `size`: bytes of layers that other images have too. */
  sharedSize: number;
};

export interface ImageLayer {
  /** sha256 of the uncompressed archive, 64 hex. */
  diffId: string;
  /** The blob as a registry knows it: `sha256:…`; null when the archive was not kept. */
  digest: string | null;
  mediaType: string;
  /** Bytes of the blob. */
  archiveBytes: number;
  /** Bytes of its files. */
  bytes: number;
  /** How many images have it. */
  images: number;
  /** The line of the history that made it. */
  createdBy: string | null;
}

export interface ImageHistory {
  createdAt: string | null;
  createdBy: string;
  comment: string;
  author: string;
  /** Bytes of the files of the layer it made; 0 for lines that made none. */
  bytes: number;
  emptyLayer: boolean;
}

export interface ImageDetails extends ImageView {
  author: string;
  /** Lowest first, like `layers`. */
  layerDetails: ImageLayer[];
  /** Oldest first. */
  history: ImageHistory[];
  /** Names of the containers made from it. */
  usedBy: string[];
  /** The two documents as they are in the registry. */
  documents: { config: Record<string, unknown>; manifest: Record<string, unknown> };
}

/** One entry of a layer's tree, for the dashboard. */
export interface LayerFile {
  name: string;
  kind: 'file' | 'directory' | 'symlink' | 'device' | 'fifo' | 'whiteout';
  bytes: number;
  mode: number;
  uid: number;
  gid: number;
  /** Of a symbolic link. */
  target?: string | undefined;
}

/** `A` added, `C` changed, `D` deleted, as `docker diff` says it. */
export interface FileChange {
  kind: 'A' | 'C' | 'D';
  path: string;
}

/** What a clean-up takes away, or with `dryRun` would. */
export interface PruneReport {
  items: {
    kind: 'container' | 'image' | 'layer' | 'blob' | 'volume';
    id: string;
    name: string;
    bytes: number;
  }[];
  /** Bytes of disk, each counted once. */
  reclaimed: number;
  dryRun: boolean;
}

export interface DiskKind {
  total: number;
  active: number;
  bytes: number;
  /** Bytes a prune would free. */
  reclaimable: number;
}

/** `box df`: the kinds add up to what the disk says. */
export interface DiskView {
  images: DiskKind;
  /** Writable layers and logs. */
  containers: DiskKind;
  volumes: DiskKind;
  /** Database, documents and what is being written or deleted. */
  other: { bytes: number };
  details: {
    images: {
      id: string;
      name: string;
      size: number;
      shared: number;
      unique: number;
      containers: number;
      createdAt: string;
    }[];
    containers: {
      id: string;
      name: string;
      bytes: number;
      logBytes: number;
      state: string;
      createdAt: string;
    }[];
    volumes: { name: string; bytes: number; containers: number }[];
  };
}

/** A blob or layer whose bytes are not those its name says. */
export interface Damage {
  kind: 'blob' | 'layer';
  digest: string;
  /** Images that need it. */
  images: string[];
  what: string;
}
export interface VerifyReport {
  blobs: number;
  layers: number;
  bytes: number;
  damaged: Damage[];
}

export interface VolumeView {
  name: string;
  createdAt: string;
  labels: Record<string, string>;
  /** Made for a container that named none; goes with it (`rm -v`). */
  anonymous: boolean;
  /** On the host. */
  path: string;
  /** Names of the containers that mount it. */
  containers: string[];
  /** Null unless asked for: it takes a walk. */
  bytes: number | null;
}

/** A registry this agent has credentials or settings for. */
export interface RegistryView {
  /** Host and port; `docker.io` for Docker Hub. */
  host: string;
  username: string | null;
  /** How the password is kept: in clear in a file, or by a helper program. */
  keptBy: 'file' | 'helper' | null;
  helper: string | null;
  insecure: boolean;
  mirrors: string[];
}

export type TaskKind = 'pull' | 'push' | 'load' | 'save' | 'verify' | 'prune';
export type TaskState = 'running' | 'done' | 'failed' | 'cancelled';

/** One bar: a layer, a manifest. */
export interface TaskItem {
  /** Short digest or file name. */
  id: string;
  label: string;
  state: 'waiting' | 'working' | 'retrying' | 'unpacking' | 'done' | 'exists' | 'mounted' | 'failed';
  /** Bytes. */
  current: number;
  total: number | null;
}

/** Work that goes on when whoever asked for it has gone. Kept for a while after its end. */
export interface TaskView {
  id: string;
  kind: TaskKind;
  /** What it is about: `nginx:latest`. */
  subject: string;
  state: TaskState;
  createdAt: string;
  finishedAt: string | null;
  items: TaskItem[];
  /** Lines for a log: which mirror failed, what was skipped. The latest 200. */
  notes: string[];
  error: { code: string; message: string; hint?: string | undefined } | null;
  /** What came of it. */
  result: {
    image?: string;
    digest?: string;
    name?: string;
    platform?: Platform;
    verified?: VerifyReport;
  } | null;
  /** Grows with every change. */
  revision: number;
  /** In the answer to whoever asked for what was under way already. */
  joined?: true;
}
