/** What the main thread and a storage Worker say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { BoxErrorShape, PlanOperation } from '@boxyard/spec';
import type { TarLimits } from '../tar/limits.ts';
import type { ArchiveOptions } from '../trees/archiver.ts';

export type UnpackSource =
  | { kind: 'file'; path: string }
  | { kind: 'directory'; path: string }
  /** Chunks come over the port as StreamMessages; the Worker sends each buffer back when it is through with it. */
  | { kind: 'stream'; port: MessagePort };

export interface UnpackJob {
  kind: 'unpack';
  source: UnpackSource;
  /**
   * Our ends of the helper's descriptors 3 and 4, and the directory it fills. They stay the main thread's to close. Absent: the archive
   * is read and hashed, and nothing is made of it.
   */
  tree: { plan: number; frames: number; directory: number } | undefined;
  /** Where the archive itself goes, compressed; absent: it is not kept. */
  keep: KeepBlob | undefined;
  /** Answer only when the disk has it. */
  durable: boolean;
  limits: TarLimits;
}

/** Looks for the first difference between two trees. */
export interface CompareJob {
  kind: 'compare';
  wanted: string;
  found: string;
}

/** Makes everything on a file system last. */
export interface FlushJob {
  kind: 'flush';
  /** A directory of it. */
  path: string;
}

export interface KeepBlob {
  /** A file of ours that does not exist yet. */
  path: string;
  /** `as-is`: exactly the bytes that came. `compressed`: gzip and zstd as they came, anything else as gzip. `hashed`: not at all. */
  how: 'as-is' | 'compressed' | 'hashed';
  /** More bytes than these are an error. */
  maxBytes: number;
}

export interface UsageJob {
  kind: 'usage';
  paths: readonly string[];
}

/** Takes an archive of images apart: each of its files becomes a file named by its place in `members`. */
export interface SpoolJob {
  kind: 'spool';
  source: UnpackSource;
  directory: string;
  limits: TarLimits;
}

/** One file of an archive of images; links are what they say and nothing more. */
export type SpooledMember =
  | { kind: 'file'; name: string; size: number /** Of its bytes, 64 hex. */; sha256: string }
  | {
      kind: 'link';
      name: string /** A name in the archive: of a symbolic link as if it stood in its directory. */;
      target: string;
    };

export interface ReadTreeJob {
  kind: 'read-tree';
  /** Our end of the helper's descriptor 4. It stays the main thread's to close. */
  frames: number;
  /** Where the archive goes: a StreamMessage for each `pull`. */
  port: MessagePort;
  archive: ArchiveOptions;
}

export interface WriteTreeJob {
  kind: 'write-tree';
  /** The archive, as for UnpackJob. */
  source: UnpackSource;
  /** Our ends of the helper's descriptors 3 and 4. They stay the main thread's to close. */
  plan: number;
  frames: number;
  /** What comes before the entries: the root and the destination. */
  begin: readonly PlanOperation[];
  /** Everything belongs to it, whatever the archive says. */
  owner?: { uid: number; gid: number } | undefined;
  /** The archive's entry for its root sets the destination's own owner, mode and time. */
  setRoot: boolean;
  limits: TarLimits;
}

export type Job = UnpackJob | CompareJob | FlushJob | UsageJob | SpoolJob | ReadTreeJob | WriteTreeJob;

export type StreamMessage =
  | { kind: 'chunk'; buffer: ArrayBuffer; length: number }
  | { kind: 'end' }
  | { kind: 'error'; error: BoxErrorShape };

export interface UnpackProgress {
  /** Bytes of the archive read so far, compressed as they are. */
  read: number;
  /** All of them, where known. */
  total: number | undefined;
  entries: number;
}

export interface UnpackResult {
  /** sha256 of the uncompressed archive, 64 hex: the layer's diff id. */
  diffId: string;
  /** Bytes of the uncompressed archive. */
  archiveBytes: number;
  entries: number;
  /** Bytes of file content. */
  bytes: number;
  /** The blob that was kept: digest in 64 hex digits, its bytes, and what it is. */
  blob: { digest: string; size: number; compression: 'none' | 'gzip' | 'zstd' | 'xz' } | undefined;
  /** See EmitterResult. */
  implied: string[];
  warnings: string[];
}

export type WorkerMessage =
  /** From now on it may be terminated. */
  | { kind: 'loaded' }
  | { kind: 'progress'; progress: UnpackProgress }
  | { kind: 'unpacked'; result: UnpackResult }
  | { kind: 'usage'; bytes: number[] }
  | { kind: 'flushed' }
  | { kind: 'compared'; difference: string | undefined }
  | { kind: 'spooled'; members: SpooledMember[] }
  | { kind: 'tree-written'; entries: number; bytes: number; warnings: string[] }
  | { kind: 'tree-read'; entries: number; warnings: string[] }
  | { kind: 'failed'; error: BoxErrorShape };
