/** What the main thread and a storage Worker say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { BoxErrorShape } from '@boxyard/spec';
import type { TarLimits } from '../tar/limits.ts';

export type UnpackSource =
  | { kind: 'file'; path: string }
  | { kind: 'directory'; path: string }
  /** Chunks come over the port: the Worker posts `pull` for each, the answer is a StreamMessage. */
  | { kind: 'stream'; port: MessagePort };

export interface UnpackJob {
  kind: 'unpack';
  source: UnpackSource;
  /** Our ends of the helper's descriptors 3 and 4, and the directory it fills. They stay the main thread's to close. */
  plan: number;
  frames: number;
  directory: number;
  limits: TarLimits;
}

export interface UsageJob {
  kind: 'usage';
  path: string;
}

export type Job = UnpackJob | UsageJob;

export type StreamMessage =
  | { kind: 'chunk'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'error'; message: string };

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
  warnings: string[];
}

export type WorkerMessage =
  | { kind: 'progress'; progress: UnpackProgress }
  | { kind: 'unpacked'; result: UnpackResult }
  | { kind: 'usage'; bytes: number }
  | { kind: 'failed'; error: BoxErrorShape };
