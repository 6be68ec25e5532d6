import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Syscalls } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { TAR_LIMITS, type TarLimits } from '../tar/limits.ts';
import type { StreamMessage, UnpackProgress, UnpackResult, UnpackSource } from '../worker/messages.ts';
import { runJob } from '../worker/run.ts';

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

/**
 * Fills an empty directory from a source: a Worker parses, a helper that sees nothing but the directory makes the files. Rejects with
 * the BoxError that says why; what was made until then is the caller's to remove. Aborting kills the helper.
 */
export async function unpackLayer(
  kernel: Syscalls,
  target: { helper: number; directory: string },
  source: LayerSource,
  options: UnpackOptions = {},
): Promise<UnpackResult> {
  options.signal?.throwIfAborted();
  using ours = new Descriptors(kernel);
  using theirs = new Descriptors(kernel);
  const directory = ours.add(kernel.openDirectory(target.directory));
  const [plan, planOfHelper] = ours.pair(theirs);
  const [frames, framesOfHelper] = ours.pair(theirs);
  const pid = kernel.spawn({
    fd: target.helper,
    argv: ['boxshim', 'unpack'],
    env: [],
    descriptors: { 3: planOfHelper, 4: framesOfHelper, 5: directory },
  });
  // The helper's ends must be open in the helper alone, else nobody would see the end of the stream when it dies.
  theirs[Symbol.dispose]();
  const kill = () => process.kill(pid, 'SIGKILL');
  let settled = false;
  const feed = source.kind === 'stream' ? feedChunks(source.chunks) : undefined;
  try {
    const answer = await runJob(
      {
        kind: 'unpack',
        source: feed ? { kind: 'stream', port: feed } : (source as UnpackSource),
        plan,
        frames,
        directory,
        limits: options.limits ?? TAR_LIMITS,
      },
      {
        signal: options.signal,
        onProgress: options.onProgress,
        onAbort: kill,
        transfer: feed ? [feed] : [],
      },
    );
    if (answer.kind !== 'unpacked') throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
    settled = true;
    return answer.result;
  } finally {
    // Not collected yet, so the pid is still ours to kill.
    if (!settled) kill();
    await kernel.reap(pid);
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

/** Hands the chunks of a stream to a Worker, one for each `pull` on the port; lets the stream go when the Worker is through with it. */
export function feedChunks(chunks: AsyncIterable<Uint8Array>): MessagePort {
  const { port1: ours, port2: port } = new MessageChannel();
  const iterator = chunks[Symbol.asyncIterator]();
  const answer = async (): Promise<StreamMessage> => {
    try {
      const { value, done } = await iterator.next();
      return done ? { kind: 'end' } : { kind: 'chunk', bytes: value };
    } catch (error) {
      return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
    }
  };
  ours.on('message', async () => ours.postMessage(await answer()));
  ours.on('close', () => {
    // Not waited for: a generator that hangs in its own await never returns.
    void iterator.return?.().catch(() => undefined);
  });
  return port;
}
