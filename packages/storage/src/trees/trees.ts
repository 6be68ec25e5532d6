import { once } from 'node:events';
import { posix } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { BoxError, op, TREE_FOLLOW, TREE_REPLACE } from '@boxyard/spec';
import { feedChunks } from '../layers/feed.ts';
import { printable } from '../tar/failure.ts';
import { TAR_LIMITS } from '../tar/limits.ts';
import type { StreamMessage } from '../worker/messages.ts';
import { runJob, throwIfCancelled } from '../worker/run.ts';
import { treeTimeout } from './failure.ts';
import { startTreeHelper, type TreeHelper, type TreeRoot, treeRootOperation, wasTimeout } from './helper.ts';
import { compare, listDirectory, lookAt, type TreeChange } from './look.ts';
import type { ToldEntry } from './told.ts';

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

export interface WriteRequest {
  root: TreeRoot;
  /** The directory that is filled; default: the root itself. */
  path?: string;
  /** A directory may take the place of something else, and the other way round. */
  replace?: boolean;
  /** Everything belongs to it, whatever the archive says. */
  owner?: { uid: number; gid: number };
  /** The archive's entry for its root (`./`) sets the owner, mode and time of `path` itself. */
  setRoot?: boolean;
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

  /**
   * Unpacks an archive (plain, gzip, zstd or xz) over what is in a directory. Directories keep what they hold and take the archive's
   * owner, mode and time; other entries replace what has their name. Links on the way to an entry are followed inside the root. Throws
   * BoxError NOT_FOUND when `path` is missing; what was written until a failure stays.
   */
  async write(
    request: WriteRequest,
    chunks: AsyncIterable<Uint8Array>,
    { signal, onWarning }: ReadOptions = {},
  ): Promise<void> {
    throwIfCancelled(signal);
    const running = startTreeHelper(this.#helper, request.root, { mode: 'write' });
    let settled = false;
    try {
      const port = feedChunks(chunks);
      const answer = await runJob(
        {
          kind: 'write-tree',
          source: { kind: 'stream', port },
          plan: running.plan as number,
          frames: running.frames,
          begin: [
            treeRootOperation(request.root),
            op('treeInto', request.path ?? '/', request.replace ? TREE_REPLACE : 0),
          ],
          owner: request.owner,
          setRoot: request.setRoot ?? false,
          limits: TAR_LIMITS,
        },
        { signal, onAbort: running.kill, transfer: [port] },
      );
      settled = true;
      if (answer.kind !== 'tree-written')
        throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
      for (const line of answer.warnings) onWarning?.(line);
    } catch (error) {
      if (wasTimeout(await running.end(settled))) throw treeTimeout();
      throw error;
    } finally {
      await running.end(settled);
    }
  }

  /** What is at a path of the root, or undefined. A link at its end is described unless `followLink`. */
  stat(
    what: { root: TreeRoot; path: string; followLink?: boolean },
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<ToldEntry | undefined> {
    return lookAt(this.#helper, { followLink: false, ...what }, signal);
  }

  /** What lies in a directory, at most `most` entries. Throws BoxError NOT_FOUND when `path` is none. */
  async list(
    what: { root: TreeRoot; path: string; most: number },
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<ToldEntry[]> {
    const entries = await listDirectory(this.#helper, what, signal);
    if (entries) return entries;
    throw new BoxError('NOT_FOUND', `there is no directory '${printable(Buffer.from(what.path))}'`);
  }

  /** What an overlay's upper directory changes in the tree below it. */
  changes(
    trees: { upper: TreeRoot; lower: TreeRoot },
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<TreeChange[]> {
    return compare(this.#helper, trees, signal);
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
