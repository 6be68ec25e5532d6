import type { Syscalls } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { TAR_LIMITS, type TarLimits } from '../tar/limits.ts';
import type { KeepBlob, UnpackProgress, UnpackResult, UnpackSource } from '../worker/messages.ts';
import { runJob, throwIfCancelled } from '../worker/run.ts';
import { feedChunks } from './feed.ts';

/** Where a layer's files come from: an archive or a directory by path, or an archive as it arrives. */
export type LayerSource =
  | { kind: 'file'; path: string }
  | { kind: 'directory'; path: string }
  | { kind: 'stream'; chunks: AsyncIterable<Uint8Array> };

export interface UnpackOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: UnpackProgress) => void) | undefined;
  limits?: TarLimits;
}

/** What becomes of a layer's archive: an unpacked tree, a blob, or both. */
export interface LayerTarget {
  /** The helper program. */
  helper: number;
  /** An empty directory to fill; absent: the archive is only read and hashed. */
  directory?: string | undefined;
  keep?: KeepBlob | undefined;
  /** Resolve only when the disk has it. */
  durable: boolean;
}

/**
 * Takes a layer in: a Worker hashes, keeps and parses, a helper that sees nothing but the directory makes the files. Rejects with the
 * BoxError that says why; what was made until then is the caller's to remove. Aborting kills the helper.
 */
export async function unpackLayer(
  kernel: Syscalls,
  target: LayerTarget,
  source: LayerSource,
  options: UnpackOptions = {},
): Promise<UnpackResult> {
  throwIfCancelled(options.signal);
  using tree =
    target.directory === undefined ? undefined : new UnpackHelper(kernel, target.helper, target.directory);
  const port = source.kind === 'stream' ? feedChunks(source.chunks) : undefined;
  try {
    const answer = await runJob(
      {
        kind: 'unpack',
        source: port ? { kind: 'stream', port } : (source as UnpackSource),
        tree: tree?.descriptors,
        keep: target.keep,
        durable: target.durable,
        limits: options.limits ?? TAR_LIMITS,
      },
      {
        signal: options.signal,
        onProgress: options.onProgress,
        onAbort: () => tree?.kill(),
        transfer: port ? [port] : [],
      },
    );
    if (answer.kind !== 'unpacked') throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
    tree?.settle();
    return answer.result;
  } finally {
    await tree?.end();
  }
}

/** A helper that fills one directory, and our ends of what it talks over. */
class UnpackHelper implements Disposable {
  readonly #kernel: Syscalls;
  readonly #ours: Descriptors;
  readonly #pid: number;
  readonly descriptors: { plan: number; frames: number; directory: number };
  #settled = false;

  constructor(kernel: Syscalls, helper: number, path: string) {
    this.#kernel = kernel;
    using ours = new DisposableStack();
    // The helper's ends must be open in the helper alone, else nobody would see the end of the stream when it dies.
    using theirs = new Descriptors(kernel);
    this.#ours = ours.use(new Descriptors(kernel));
    const directory = this.#ours.add(kernel.openDirectory(path));
    const [plan, planOfHelper] = this.#ours.pair(theirs);
    const [frames, framesOfHelper] = this.#ours.pair(theirs);
    this.descriptors = { plan, frames, directory };
    this.#pid = kernel.spawn({
      fd: helper,
      argv: ['boxshim', 'unpack'],
      env: [],
      descriptors: { 3: planOfHelper, 4: framesOfHelper, 5: directory },
    });
    ours.move();
  }

  kill(): void {
    process.kill(this.#pid, 'SIGKILL');
  }

  /** It did what it was there for and ends by itself. */
  settle(): void {
    this.#settled = true;
  }

  /** Resolves when it is gone. */
  async end(): Promise<void> {
    // Not collected yet, so the pid is still ours to kill.
    if (!this.#settled) this.kill();
    await this.#kernel.reap(this.#pid);
  }

  [Symbol.dispose](): void {
    this.#ours[Symbol.dispose]();
  }
}

/** Descriptors closed together, however the block is left. */
class Descriptors {
  readonly #kernel: Syscalls;
  readonly #open: number[] = [];

  constructor(kernel: Syscalls) {
    this.#kernel = kernel;
  }

  add(fd: number): number {
    this.#open.push(fd);
    return fd;
  }

  /** A connected pair of sockets: the first end is ours, the second goes to `other`. */
  pair(other: Descriptors): [number, number] {
    const [mine, yours] = this.#kernel.socketpair('stream');
    return [this.add(mine), other.add(yours)];
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.splice(0)) this.#kernel.close(fd);
  }
}
