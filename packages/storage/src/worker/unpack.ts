import { createHash } from 'node:crypto';
import { on } from 'node:events';
import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { syncFileSystem } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { printable } from '../tar/failure.ts';
import { TarParser } from '../tar/parser.ts';
import { archiveDirectory } from '../unpack/archive-directory.ts';
import { inflated, sniff } from '../unpack/decompress.ts';
import { TreeEmitter } from '../unpack/emitter.ts';
import { PlanSender } from '../unpack/sender.ts';
import { sourceFailure } from '../unpack/tree.ts';
import { KeptBlob } from './kept-blob.ts';
import type { StreamMessage, UnpackJob, UnpackProgress, UnpackResult } from './messages.ts';

const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants;
const READ_BYTES = 256 * 1024;
const PROGRESS_MILLISECONDS = 100;

/** Source → blob, inflate → hash and parse → helper. Returns once the helper has made everything and it is on disk. */
export async function unpack(
  job: UnpackJob,
  onProgress: (progress: UnpackProgress) => void,
): Promise<UnpackResult> {
  const { tree, limits } = job;
  const sender = tree && new PlanSender(tree);
  const emitter = new TreeEmitter((operation) => sender?.send(operation), limits);
  const parser = new TarParser(emitter, limits);
  const hash = createHash('sha256');
  const source = openSource(job);
  using blob = job.keep && new KeptBlob(job.keep);
  const { compression, chunks } = await sniff(source.chunks);
  blob?.begin(compression);
  let archiveBytes = 0;
  let reported = performance.now();
  for await (const chunk of inflated({ compression, chunks: blob ? blob.tap(chunks) : chunks }, limits)) {
    archiveBytes += chunk.length;
    hash.update(chunk);
    parser.push(chunk);
    await blob?.plain(chunk);
    if (performance.now() - reported >= PROGRESS_MILLISECONDS) {
      reported = performance.now();
      onProgress({ read: source.read(), total: source.total, entries: parser.entries });
    }
  }
  parser.end();
  const kept = await blob?.finish();
  const { entries, bytes, warnings, implied } = emitter.finish();
  sender?.finish();
  // Power may fail a moment after we said that the image is there. The blob lies on the same file system.
  if (job.durable && tree) syncFileSystem(tree.directory);
  else if (job.durable) blob?.sync();
  return {
    diffId: hash.digest('hex'),
    archiveBytes,
    entries,
    bytes,
    blob: kept,
    implied,
    warnings: [...source.warnings, ...warnings],
  };
}

interface OpenSource {
  chunks: AsyncIterable<Uint8Array>;
  /** Bytes of the source read so far, of `total`. */
  read: () => number;
  total: number | undefined;
  warnings: string[];
}

/** What a job reads, as it comes. */
export function openSource({ source }: Pick<UnpackJob, 'source'>): OpenSource {
  const warnings: string[] = [];
  let read = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    for await (const chunk of chunks) {
      read += chunk.length;
      yield chunk;
    }
  }
  switch (source.kind) {
    case 'file': {
      const { fd, size } = openFile(source.path);
      const chunks = createReadStream('', { fd, highWaterMark: READ_BYTES });
      return { chunks: counted(chunks), read: () => read, total: size, warnings };
    }
    case 'stream':
      return { chunks: counted(receive(source.port)), read: () => read, total: undefined, warnings };
    case 'directory': {
      const chunks = archiveDirectory(source.path, warnings);
      return { chunks: counted(chunks), read: () => read, total: undefined, warnings };
    }
  }
}

/** Regular files alone: a FIFO or a device would keep the agent waiting for as long as somebody likes. */
function openFile(path: string): { fd: number; size: number } {
  try {
    const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    const status = fstatSync(fd);
    if (status.isFile()) return { fd, size: status.size };
  } catch (error) {
    throw sourceFailure(error, path);
  }
  throw new BoxError('INVALID_ARGUMENT', `'${printable(Buffer.from(path))}' is no regular file`, {
    hint: "pass it on standard input: 'box import - NAME'",
  });
}

/** What the main thread hands over. Its memory goes back as soon as the next chunk is asked for: there are only a few buffers. */
async function* receive(port: MessagePort): AsyncGenerator<Uint8Array> {
  const messages = on(port, 'message');
  try {
    for await (const [message] of messages as AsyncIterable<[StreamMessage]>) {
      if (message.kind === 'end') return;
      if (message.kind === 'error') throw BoxError.from(message.error);
      const { buffer, length } = message;
      yield new Uint8Array(buffer, 0, length);
      port.postMessage(buffer, [buffer]);
    }
  } finally {
    port.close();
  }
}
