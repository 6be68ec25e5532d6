import { Worker } from 'node:worker_threads';
import { releaseMemory } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import type { Job, UnpackProgress, WorkerMessage } from './messages.ts';

type Answer = Exclude<WorkerMessage, { kind: 'loaded' } | { kind: 'progress' } | { kind: 'failed' }>;

/** Chunks die young and lie outside the heap: a larger nursery only keeps more of them. */
const YOUNG_GENERATION_MEGABYTES = 4;

/**
 * Runs one job in a Worker of its own and gives its answer; the Worker has ended when the promise settles. On abort `onAbort` is called
 * first (to kill the helper that a blocked write waits for), then the Worker is ended and the promise rejects with CANCELLED.
 */
export async function runJob(
  job: Job,
  options: {
    signal?: AbortSignal | undefined;
    onAbort?: () => void;
    onProgress?: ((progress: UnpackProgress) => void) | undefined;
    transfer?: readonly import('node:worker_threads').Transferable[];
  } = {},
): Promise<Answer> {
  throwIfCancelled(options.signal);
  const worker = new Worker(new URL('./main.ts', import.meta.url), {
    name: `storage ${job.kind}`,
    workerData: job,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
    transferList: [...(options.transfer ?? [])],
  });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const loaded = Promise.withResolvers<void>();
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'loaded') loaded.resolve();
    else if (message.kind === 'progress') options.onProgress?.(message.progress);
    else if (message.kind === 'failed') reject(BoxError.from(message.error));
    else resolve(message);
  });
  worker.on('error', reject);
  worker.on('exit', () => {
    loaded.resolve();
    reject(new BoxError('INTERNAL', `the storage worker ended without an answer`));
  });
  const abort = () => {
    options.onAbort?.();
    reject(cancelled(options.signal));
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } finally {
    options.signal?.removeEventListener('abort', abort);
    // A Worker that is terminated while it loads a native module takes the whole process with it: napi_throw cannot throw any more.
    await loaded.promise;
    await worker.terminate();
    await releaseMemory();
  }
}

/** Throws BoxError CANCELLED once the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal);
}

export function cancelled(signal: AbortSignal | undefined): BoxError {
  return new BoxError('CANCELLED', 'cancelled', { cause: signal?.reason });
}
