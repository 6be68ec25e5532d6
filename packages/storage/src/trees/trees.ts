import { once } from 'node:events';
import { posix } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { BoxError, op, TREE_FOLLOW } from '@boxyard/spec';
import { printable } from '../tar/failure.ts';
import type { StreamMessage } from '../worker/messages.ts';
import { runJob, throwIfCancelled } from '../worker/run.ts';
import { treeTimeout } from './failure.ts';
import { startTreeHelper, type TreeHelper, type TreeRoot, treeRootOperation, wasTimeout } from './helper.ts';

export interface ReadRequest {
  root: TreeRoot;
  /** What to archive, resolved in the root; default: the root itself. */
  path?: string;
  /** Of a link at the end of `path`, what it leads to; else the link. */
  followLink?: boolean;
  /** What the archive calls it; '' for its root (entries `./`, `etc/`, …). Default: the last component of `path`. */
  name?: string;
  /** The upper directory of an overlay becomes a layer: whiteouts and opaque directories as `.wh.` entries. */
  layer?: boolean;
  /** Paths relative to `path` that are left out, with all below. */
  exclude?: readonly string[];
  /** Unix seconds: no entry is newer (SOURCE_DATE_EPOCH). */
  latest?: number;
  /** Of a process's root: without what is mounted in it, as if it were not there. */
  alone?: boolean;
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** A line for each thing that was left out or changed while it was read. */
  onWarning?: ((line: string) => void) | undefined;
}

/**
 * Reading and writing trees that a box or an image can influence. A helper opens everything, under one root and by descriptor; nothing
 * but regular files is opened, and what it reads or writes is parsed in a Worker.
 */
export class Trees {
  readonly #helper: TreeHelper;

  constructor(helper: TreeHelper) {
    this.#helper = helper;
  }

  /**
   * A tree as a pax archive: owners (numbers), modes, nanoseconds, hard links, devices, attributes, holes, names in byte order. The same
   * tree always gives the same bytes. Memory does not grow with the tree but for its hard links. Throws BoxError NOT_FOUND when `path`
   * leads nowhere.
   */
  async *read(request: ReadRequest, { signal, onWarning }: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    throwIfCancelled(signal);
    const path = request.path ?? '/';
    const name = request.name ?? posix.basename(path);
    const running = startTreeHelper(this.#helper, request.root, {
      mode: 'read',
      plan: [
        treeRootOperation(request.root, { alone: request.alone ?? false, trusted: request.layer ?? false }),
        op('treeTell', path, request.followLink ? TREE_FOLLOW : 0, ...(request.exclude ?? [])),
      ],
    });
    const left = new AbortController();
    const { port1, port2 } = new MessageChannel();
    const job = runJob(
      {
        kind: 'read-tree',
        frames: running.frames,
        port: port2,
        archive: { name: Buffer.from(name), layer: request.layer ?? false, latest: request.latest },
      },
      {
        signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
        onAbort: running.kill,
        transfer: [port2],
      },
    );
    let settled = false;
    try {
      yield* pulled(port1, job);
      const answer = await job;
      settled = true;
      if (answer.kind !== 'tree-read') throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
      if (answer.entries === 0) throw notFound(path);
      for (const line of answer.warnings) onWarning?.(line);
    } catch (error) {
      if (wasTimeout(await running.end(false))) throw treeTimeout();
      throw error;
    } finally {
      left.abort();
      await job.catch(() => undefined);
      port1.close();
      await running.end(settled);
    }
  }
}

/** Chunks from a Worker, the next one asked for while the last is in use. Ends with the job, whatever becomes of it. */
async function* pulled(port: MessagePort, job: Promise<unknown>): AsyncGenerator<Uint8Array> {
  const ended = job.then((): StreamMessage => ({ kind: 'end' }));
  ended.catch(() => undefined);
  const pull = () => {
    const answer = once(port, 'message').then(([message]) => message as StreamMessage);
    answer.catch(() => undefined);
    port.postMessage('pull');
    return answer;
  };
  for (let next = pull(); ; ) {
    const message = await Promise.race([next, ended]);
    if (message.kind !== 'chunk') return;
    next = pull();
    yield new Uint8Array(message.buffer, 0, message.length);
  }
}

export function notFound(path: string): BoxError {
  return new BoxError('NOT_FOUND', `'${printable(Buffer.from(path))}' does not exist in the box`);
}
