import { Worker } from 'node:worker_threads';
import { BoxError } from '@boxyard/spec';
import type { LogSearchHandlers, LogSearchRequest } from '../streams.ts';
import { compileMatcher } from './search-matcher.ts';
import type { SearchJob, SearchMessage } from './search-worker.ts';

/** Each is a thread that uses a CPU, and some megabytes. */
const SEARCHES_MAX = 4;
/** A block of 1 MiB takes milliseconds; a pattern that backtracks without end never comes back from one. */
const SILENCE_MS = 5_000;
const WORKER_HEAP_MB = 128;

/** A page asks for a dozen boxes together, and several pages may. */
const WAITING_MAX = 64;

let running = 0;
/** Starts of those that wait for room, in their order. */
const waiting = new Set<() => void>();

/**
 * Searches the log in `directory` in a Worker of its own, which ends with it; waits while too many run. Throws INVALID_ARGUMENT for a
 * pattern that is none, RESOURCE_EXHAUSTED when too many wait. Returns what cancels it.
 */
export function searchLog(
  directory: string,
  request: LogSearchRequest,
  handlers: LogSearchHandlers,
): () => void {
  compileMatcher(request);
  let cancel = (): void => {};
  const start = (): void => {
    waiting.delete(start);
    try {
      cancel = runSearch(directory, request, handlers);
    } catch (error) {
      handlers.error(BoxError.from(error));
    }
  };
  if (running < SEARCHES_MAX) start();
  else if (waiting.size < WAITING_MAX) waiting.add(start);
  else {
    throw new BoxError('RESOURCE_EXHAUSTED', `${WAITING_MAX} searches wait already`, {
      hint: 'wait until one has ended, or cancel one',
    });
  }
  return () => {
    if (!waiting.delete(start)) cancel();
  };
}

function startWaiting(): void {
  for (const start of waiting) {
    if (running >= SEARCHES_MAX) return;
    start();
  }
}

function runSearch(directory: string, request: LogSearchRequest, handlers: LogSearchHandlers): () => void {
  const { container: _, ...job } = request;
  const worker = new Worker(new URL('./search-worker.ts', import.meta.url), {
    name: 'log search',
    workerData: { ...job, directory } satisfies SearchJob,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  });
  running += 1;
  let over = false;
  const finish = (tell: () => void): void => {
    if (over) return;
    over = true;
    running -= 1;
    clearTimeout(silence);
    void worker.terminate();
    tell();
    startWaiting();
  };
  const silence = setTimeout(() => {
    const error = new BoxError('INVALID_ARGUMENT', 'this pattern takes too long on some line', {
      hint: 'avoid repetitions inside repetitions, as in (a+)+',
    });
    finish(() => handlers.error(error));
  }, SILENCE_MS);
  worker.on('message', (message: SearchMessage) => {
    if (over) return;
    silence.refresh();
    if ('matches' in message) handlers.matches(message.matches);
    else if ('progress' in message) handlers.progress(message.progress);
    else finish(() => handlers.end(message.end));
  });
  worker.on('error', (error) => finish(() => handlers.error(BoxError.from(error))));
  worker.on('exit', () =>
    finish(() => handlers.error(new BoxError('INTERNAL', 'the search ended without an answer'))),
  );
  return () => finish(() => {});
}
