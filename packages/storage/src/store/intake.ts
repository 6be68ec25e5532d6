import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Syscalls } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { type LayerSource, type UnpackOptions, unpackLayer } from '../layers/unpack-layer.ts';
import type { LayerDescriptor } from '../oci/documents.ts';
import { MEDIA_TYPE } from '../oci/media-types.ts';
import type { UnpackProgress, UnpackResult } from '../worker/messages.ts';
import { runJob, throwIfCancelled } from '../worker/run.ts';
import type { BlobStore } from './blobs.ts';
import type { Flush } from './flush.ts';
import type { LayerStore } from './layers.ts';
import type { StorePaths } from './layout.ts';
import type { Lease } from './lease.ts';
import type { Mutex } from './mutex.ts';
import { Slots } from './slots.ts';
import type { Trash } from './trash.ts';
import { Underway } from './underway.ts';

/** Layers taken in at a time: each has a Worker, a helper and some megabytes. What waits on the network leaves room for one more. */
const LAYERS_AT_ONCE = Math.max(3, Math.min(8, availableParallelism() + 1));

/** A layer that was added, with the bytes of its files and what was left out of it. */
export type AddedLayer = LayerDescriptor & { bytes: number; warnings: string[] };

/** A directory of its own while somebody works in it. */
export type Scratch = { readonly path: string } & AsyncDisposable;

interface Parts {
  kernel: Syscalls;
  helper: number;
  paths: StorePaths;
  blobs: BlobStore;
  layers: LayerStore;
  trash: Trash;
  flush: Flush;
  changes: Mutex;
  /** Names of what runs on a layer now. */
  runningOn: (diffId: string) => readonly string[];
}

/** The way of layers into the store: blob and tree are made beside it, checked, and renamed into their places. */
export class LayerIntake {
  readonly #parts: Parts;
  readonly #slots = new Slots(LAYERS_AT_ONCE);
  readonly #underway = new Map<string, Underway<UnpackProgress>>();
  readonly #staged = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether a path in `staging` is being worked on. */
  isStaged(path: string): boolean {
    return this.#staged.has(path);
  }

  /** See ImageStore.scratch. */
  async scratch(): Promise<Scratch> {
    const path = join(this.#parts.paths.staging, randomBytes(8).toString('hex'));
    this.#staged.add(path);
    const end = async () => {
      // What became a layer or blob is not in there any more.
      await this.#parts.trash.take(path);
      this.#staged.delete(path);
    };
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      await end();
      throw error;
    }
    return { path, [Symbol.asyncDispose]: end };
  }

  /** See ImageStore.ensureLayer. */
  async ensure(
    lease: Lease,
    layer: LayerDescriptor,
    open: () => AsyncIterable<Uint8Array>,
    options: UnpackOptions = {},
  ): Promise<'present' | 'stored'> {
    lease.holdBlob(layer.digest);
    lease.holdLayer(layer.diffId);
    const key = `${layer.digest} ${layer.diffId}`;
    // Whoever comes first does it; when that fails or is cancelled, the next tries with its own source.
    for (let waited = false; ; waited = true) {
      throwIfCancelled(options.signal);
      const other = this.#underway.get(key);
      if (other) {
        await other.wait(options);
        continue;
      }
      const work = new Underway<UnpackProgress>();
      this.#underway.set(key, work);
      const onProgress = (progress: UnpackProgress) => {
        options.onProgress?.(progress);
        work.report(progress);
      };
      try {
        const done = await this.#ensure(layer, open, { ...options, onProgress });
        return waited ? 'stored' : done;
      } finally {
        this.#underway.delete(key);
        work.end();
      }
    }
  }

  /** Makes a layer of an archive or a directory; its blob is kept as it came when that was gzip or zstd, else as gzip. */
  async add(lease: Lease, source: LayerSource, options: UnpackOptions = {}): Promise<AddedLayer> {
    await using staged = await this.#stage();
    const keep = { path: staged.blob, how: 'compressed', maxBytes: Number.MAX_SAFE_INTEGER } as const;
    const target = { helper: this.#parts.helper, directory: staged.tree, keep, durable: true };
    const result = await this.#slots.run(
      () => unpackLayer(this.#parts.kernel, target, source, options),
      options.signal,
    );
    const { digest, size, compression } = result.blob as NonNullable<UnpackResult['blob']>;
    lease.holdBlob(digest);
    lease.holdLayer(result.diffId);
    await this.#adopt(staged, result, { durable: true });
    const mediaType = compression === 'zstd' ? MEDIA_TYPE.layerZstd : MEDIA_TYPE.layerGzip;
    const { diffId, bytes, warnings } = result;
    return { digest, mediaType, size, diffId, bytes, warnings };
  }

  /**
   * Reads a layer's blob, unpacks it beside the store and compares that with the tree that is there. Says what is wrong with the blob,
   * or, when that is whole, with the tree. Throws BoxError for anything that is not about them.
   */
  async verify(
    layer: LayerDescriptor,
    options: UnpackOptions,
  ): Promise<{ blob?: string; tree?: string | undefined }> {
    const { kernel, helper, blobs, layers } = this.#parts;
    await using staged = await this.#stage();
    const keep = { path: staged.blob, how: 'hashed', maxBytes: layer.size } as const;
    const target = { helper, directory: staged.tree, keep, durable: false };
    const source = { kind: 'stream', chunks: blobs.stream(layer.digest) } as const;
    return await this.#slots.run(async () => {
      try {
        check(layer, await unpackLayer(kernel, target, source, options));
      } catch (error) {
        // Only its bytes say that a blob is damaged, not that something else went wrong on the way.
        if (await blobs.isWhole(layer.digest)) throw error;
        return { blob: `blob ${layer.digest.slice(0, 12)} is damaged (${BoxError.from(error).message})` };
      }
      if (!layers.has(layer.diffId)) return { tree: 'it is missing' };
      const job = { kind: 'compare', wanted: staged.tree, found: layers.path(layer.diffId) } as const;
      const answer = await runJob(job, { signal: options.signal });
      if (answer.kind !== 'compared') throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
      return { tree: answer.difference };
    }, options.signal);
  }

  async #ensure(
    layer: LayerDescriptor,
    open: () => AsyncIterable<Uint8Array>,
    options: UnpackOptions,
  ): Promise<'present' | 'stored'> {
    const { blobs, layers, changes } = this.#parts;
    // A collection that is under way may be taking them: what is there after it stays, for the lease holds it.
    const { size, sound } = await changes.run(async () => ({
      size: await blobs.size(layer.digest),
      sound: layers.isSound(layer.diffId),
    }));
    const kept = size === layer.size;
    if (kept && sound) return 'present';
    if (kept) {
      try {
        await this.#take(layer, { tree: true, keep: false }, () => blobs.stream(layer.digest), options);
        return 'stored';
      } catch (error) {
        // The blob is not what its name says, and may be anything else: it is fetched again.
        if (!(error instanceof BoxError) || error.code === 'CANCELLED') throw error;
      }
    }
    await this.#take(layer, { tree: !sound, keep: true }, open, options);
    return 'stored';
  }

  async #take(
    layer: LayerDescriptor,
    wanted: { tree: boolean; keep: boolean },
    open: () => AsyncIterable<Uint8Array>,
    options: UnpackOptions,
  ): Promise<void> {
    const { kernel, helper, flush } = this.#parts;
    await using staged = await this.#stage();
    const how = wanted.keep ? 'as-is' : 'hashed';
    const keep = { path: staged.blob, how, maxBytes: layer.size } as const;
    const target = { helper, directory: wanted.tree ? staged.tree : undefined, keep, durable: false };
    const result = await this.#slots
      .run(() => unpackLayer(kernel, target, { kind: 'stream', chunks: open() }, options), options.signal)
      .catch((error) => {
        throw ofLayer(layer, error);
      });
    check(layer, result);
    const made = {
      blob: wanted.keep ? staged.blob : undefined,
      tree: wanted.tree ? staged.tree : undefined,
    };
    await flush.noted();
    await this.#adopt(made, result, { durable: false });
    flush.schedule(layer.diffId);
  }

  /** What was made and checked takes its places in the store, where something sound is not there already. */
  async #adopt(
    staged: { blob: string | undefined; tree: string | undefined },
    result: UnpackResult,
    { durable }: { durable: boolean },
  ): Promise<void> {
    const { blobs, layers, trash, changes } = this.#parts;
    const flushed = durable ? {} : { flushed: false };
    const { diffId, archiveBytes, entries, bytes, implied } = result;
    const blob = result.blob as NonNullable<UnpackResult['blob']>;
    await changes.run(async () => {
      if (staged.blob !== undefined) await blobs.adopt(staged.blob, blob.digest, { durable });
      if (staged.tree === undefined || layers.isSound(diffId)) {
        if (!durable) await layers.setUnflushed(diffId);
        return;
      }
      if (layers.has(diffId)) {
        refuseInUse(diffId, this.#parts.runningOn(diffId));
        await layers.remove(diffId, (path) => trash.take(path));
      }
      await layers.adopt(staged.tree, diffId, { bytes, archiveBytes, entries, implied, ...flushed });
    });
  }

  /** Unpacks an archive of ours; `place` is given the tree, on disk, to take it where it belongs. */
  async directories(archive: Uint8Array, place: (tree: string) => Promise<void>): Promise<void> {
    const { kernel, helper } = this.#parts;
    await using staged = await this.#stage();
    const chunks = (async function* () {
      yield archive;
    })();
    const target = { helper, directory: staged.tree, durable: true };
    await unpackLayer(kernel, target, { kind: 'stream', chunks });
    await place(staged.tree);
  }

  async #stage(): Promise<{ blob: string; tree: string } & AsyncDisposable> {
    const scratch = await this.scratch();
    const tree = join(scratch.path, 'tree');
    try {
      await mkdir(tree);
      // An archive without an entry for its root leaves it like this; mkdir's mode is cut by the umask.
      await chmod(tree, 0o755);
    } catch (error) {
      await scratch[Symbol.asyncDispose]();
      throw error;
    }
    const end = () => scratch[Symbol.asyncDispose]();
    return { blob: join(scratch.path, 'blob'), tree, [Symbol.asyncDispose]: end };
  }
}

/** A damaged tree is only taken from under nobody: the kernel's documentation of overlayfs does not say what a running box would see. */
function refuseInUse(diffId: string, users: readonly string[]): void {
  if (users.length === 0) return;
  throw new BoxError('IN_USE', `layer ${diffId.slice(0, 12)} is damaged and ${users.join(', ')} runs on it`, {
    hint: 'stop what runs on it, then get the image again',
    details: { containers: users },
  });
}

/** What may be the fault of an archive; the disk's and the network's errors say enough. */
const ARCHIVE_CODES: ReadonlySet<string> = new Set(['DAMAGED', 'INVALID_ARGUMENT', 'UNSUPPORTED']);

/** Says which of an image's layers a failure is about. */
function ofLayer({ digest }: LayerDescriptor, error: unknown): unknown {
  if (!(error instanceof BoxError) || !ARCHIVE_CODES.has(error.code)) return error;
  const { code, message, hint, details } = error.toJSON();
  return new BoxError(code, `layer ${digest.slice(0, 12)}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
    cause: error,
  });
}

/** Throws BoxError DAMAGED that names both digests. */
function check(layer: LayerDescriptor, { blob, diffId }: UnpackResult): void {
  const differ = (what: string, wanted: string, got: string | number) =>
    new BoxError('DAMAGED', `layer ${layer.digest.slice(0, 12)} is not what was announced: ${what}`, {
      hint: 'try again; when it stays so, where it comes from is damaged or lies',
      details: { wanted, got },
    });
  if (blob?.size !== layer.size) {
    throw differ(`${blob?.size} bytes came instead of ${layer.size}`, `${layer.size}`, blob?.size ?? 0);
  }
  if (blob.digest !== layer.digest) {
    const got = `sha256:${blob.digest}`;
    throw differ(`its digest is ${got}, not sha256:${layer.digest}`, layer.digest, got);
  }
  if (diffId !== layer.diffId) {
    const got = `sha256:${diffId}`;
    throw differ(`unpacked its digest is ${got}, not sha256:${layer.diffId}`, layer.diffId, got);
  }
}
