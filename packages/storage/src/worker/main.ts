/** A storage Worker: does one job and ends. Everything here may block: that is what it is for. */
import { parentPort, workerData } from 'node:worker_threads';
// Here, so that everything native is loaded when we say so.
import '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { diskFailure } from '../unpack/helper-failure.ts';
import type { Job, WorkerMessage } from './messages.ts';

const port = parentPort;
if (!port) throw new Error('worker/main.ts runs in a Worker only');
const post = (message: WorkerMessage) => port.postMessage(message);
post({ kind: 'loaded' });

try {
  const job = workerData as Job;
  switch (job.kind) {
    case 'unpack': {
      const { unpack } = await import('./unpack.ts');
      const result = await unpack(job, (progress) => post({ kind: 'progress', progress }));
      post({ kind: 'unpacked', result });
      break;
    }
    case 'compare': {
      const { firstDifference } = await import('./compare.ts');
      post({ kind: 'compared', difference: firstDifference(job.wanted, job.found) });
      break;
    }
    case 'flush': {
      const { flush } = await import('./flush.ts');
      flush(job.path);
      post({ kind: 'flushed' });
      break;
    }
    case 'usage': {
      const { usage } = await import('./usage.ts');
      post({ kind: 'usage', bytes: job.paths.map(usage) });
      break;
    }
    case 'spool': {
      const { spool } = await import('./spool.ts');
      post({ kind: 'spooled', members: await spool(job) });
      break;
    }
    case 'read-tree': {
      const { readTree } = await import('./read-tree.ts');
      post({ kind: 'tree-read', ...(await readTree(job)) });
      break;
    }
    case 'write-tree': {
      const { writeTree } = await import('./write-tree.ts');
      post({ kind: 'tree-written', ...(await writeTree(job)) });
    }
  }
} catch (error) {
  const { errno, message } = error as NodeJS.ErrnoException;
  // Node's own errors carry the number negative, ours as it is.
  const failure = error instanceof BoxError ? error : diskFailure(errno && Math.abs(errno), message);
  post({ kind: 'failed', error: BoxError.from(failure ?? error).toJSON() });
}
