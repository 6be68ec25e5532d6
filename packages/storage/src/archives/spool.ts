import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { feedChunks } from '../layers/feed.ts';
import type { LayerSource } from '../layers/unpack-layer.ts';
import { DOCUMENT_MAX_BYTES, damaged } from '../oci/parse.ts';
import { printable } from '../tar/failure.ts';
import { TAR_LIMITS, type TarLimits } from '../tar/limits.ts';
import type { SpooledMember, UnpackSource } from '../worker/messages.ts';
import { runJob } from '../worker/run.ts';

const READ_BYTES = 256 * 1024;
/** Links to links: the tools make one step. */
const LINKS_MAX = 8;

/** One file of an archive of images. */
export interface Member {
  /** As the archive calls it. */
  name: string;
  size: number;
  /** Of its bytes, 64 hex digits. */
  sha256: string;
  open(): AsyncIterable<Uint8Array>;
}

/** An archive of images taken apart: its files by name. The names are keys and nothing else; links are looked up, never followed. */
export class Spool {
  readonly #directory: string;
  readonly #members: ReadonlyMap<string, { member: SpooledMember; at: number }>;

  private constructor(directory: string, members: readonly SpooledMember[]) {
    this.#directory = directory;
    this.#members = new Map(members.map((member, at) => [member.name, { member, at }]));
  }

  /** Reads a source to its end; its files go into a directory that is empty and stays the caller's. Throws BoxError. */
  static async fill(
    directory: string,
    source: LayerSource,
    options: { signal?: AbortSignal | undefined; limits?: TarLimits } = {},
  ): Promise<Spool> {
    const feed = source.kind === 'stream' ? feedChunks(source.chunks) : undefined;
    const answer = await runJob(
      {
        kind: 'spool',
        source: feed ? { kind: 'stream', port: feed } : (source as UnpackSource),
        directory,
        limits: options.limits ?? TAR_LIMITS,
      },
      { signal: options.signal, transfer: feed ? [feed] : [] },
    );
    if (answer.kind !== 'spooled') throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
    return new Spool(directory, answer.members);
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Throws BoxError DAMAGED when there is no such file. */
  find(name: string): Member {
    let wanted = name;
    for (let step = 0; step <= LINKS_MAX; step++) {
      const found = this.#members.get(wanted);
      if (!found) throw damaged('the archive', `has no file '${printable(Buffer.from(wanted))}'`);
      const { member, at } = found;
      if (member.kind === 'file') {
        const path = join(this.#directory, String(at));
        return { ...member, open: () => read(path) };
      }
      wanted = member.target;
    }
    throw damaged('the archive', `leads '${printable(Buffer.from(name))}' in a circle`);
  }

  /** The bytes of a small file. Throws BoxError DAMAGED. */
  async document(name: string): Promise<Buffer> {
    const { size, open } = this.find(name);
    if (size > DOCUMENT_MAX_BYTES) {
      throw damaged(`'${printable(Buffer.from(name))}'`, `has ${size} bytes, far too many for a document`);
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of open()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

/** Opened when it is read: many may wait for their turn. */
async function* read(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: READ_BYTES });
}
