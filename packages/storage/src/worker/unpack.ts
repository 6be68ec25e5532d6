import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { syncFileSystem } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { printable } from '../tar/failure.ts';
import { TarParser } from '../tar/parser.ts';
import { archiveDirectory } from '../unpack/archive-directory.ts';
import { decompress } from '../unpack/decompress.ts';
import { TreeEmitter } from '../unpack/emitter.ts';
import { PlanSender } from '../unpack/sender.ts';
import { sourceFailure } from '../unpack/tree.ts';
import type { StreamMessage, UnpackJob, UnpackProgress, UnpackResult } from './messages.ts';

const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants;
const READ_BYTES = 256 * 1024;
const PROGRESS_MILLISECONDS = 100;

/** Source → inflate → hash and parse → helper. Returns once the helper has made everything and it is on disk. */
export async function unpack(
  job: UnpackJob,
  onProgress: (progress: UnpackProgress) => void,
): Promise<UnpackResult> {
  const sender = new PlanSender(job);
  const emitter = new TreeEmitter((operation) => sender.send(operation), job.limits);
  const parser = new TarParser(emitter, job.limits);
  const hash = createHash('sha256');
  const source = openSource(job);
  let archiveBytes = 0;
  let reported = performance.now();
  for await (const chunk of source.archive) {
    archiveBytes += chunk.length;
    hash.update(chunk);
    parser.push(chunk);
    if (performance.now() - reported >= PROGRESS_MILLISECONDS) {
      reported = performance.now();
      onProgress({ read: source.read() ?? archiveBytes, total: source.total, entries: parser.entries });
    }
  }
  parser.end();
  const { entries, bytes, warnings } = emitter.finish();
  sender.finish();
  // Power may fail a moment after we said that the image is there.
  syncFileSystem(job.directory);
  return {
    diffId: hash.digest('hex'),
    archiveBytes,
    entries,
    bytes,
    warnings: [...source.warnings, ...warnings],
  };
}

interface OpenSource {
  archive: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** Bytes of the source read so far, of `total`; undefined: as many as the archive made of it has. */
  read: () => number | undefined;
  total: number | undefined;
  warnings: string[];
}

/** What a job reads, uncompressed. */
export function openSource({ source, limits }: Pick<UnpackJob, 'source' | 'limits'>): OpenSource {
  const warnings: string[] = [];
  let read = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      read += chunk.length;
      yield chunk;
    }
  }
  switch (source.kind) {
    case 'file': {
      const { fd, size } = openFile(source.path);
      const chunks = createReadStream('', { fd, highWaterMark: READ_BYTES });
      return { archive: decompress(counted(chunks), limits), read: () => read, total: size, warnings };
    }
    case 'stream':
      return {
        archive: decompress(counted(pull(source.port)), limits),
        read: () => read,
        total: undefined,
        warnings,
      };
    case 'directory': {
      const archive = archiveDirectory(source.path, warnings);
      return { archive, read: () => undefined, total: undefined, warnings };
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

/** Asks for one chunk at a time: the main thread never holds more than that for us. */
async function* pull(port: MessagePort): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const answer = once(port, 'message');
      port.postMessage('pull');
      const [message] = (await answer) as [StreamMessage];
      if (message.kind === 'end') return;
      if (message.kind === 'error') {
        throw new BoxError('UNAVAILABLE', `the upload broke off (${message.message})`, {
          hint: 'send it again',
        });
      }
      yield message.bytes;
    }
  } finally {
    port.close();
  }
}
