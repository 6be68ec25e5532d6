import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { DOCUMENT_MAX_BYTES } from '../oci/parse.ts';
import { isMissing, syncDirectory, writeFileAtomic } from './files.ts';

const READ_BYTES = 256 * 1024;

/** Blobs by the sha256 of their bytes, 64 hex digits. Only bytes that have a digest are ever found under it. */
export class BlobStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Keeps a document; returns its digest. */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    await writeFileAtomic(this.path(digest), bytes);
    return digest;
  }

  /** A file that was found to have this digest becomes its blob. `durable`: the disk has the file, and shall have the name. */
  async adopt(path: string, digest: string, { durable }: { durable: boolean }): Promise<void> {
    await rename(path, this.path(digest));
    if (durable) await syncDirectory(this.#directory);
  }

  /** The bytes of a document, checked against its digest. Throws BoxError DAMAGED when they are missing or others. */
  async get(digest: string): Promise<Buffer> {
    const bytes = await this.#read(digest);
    if (sha256(bytes) !== digest) {
      throw new BoxError('DAMAGED', `blob ${digest.slice(0, 12)} does not have the bytes its name says`, {
        hint: HEAL_HINT,
      });
    }
    return bytes;
  }

  /** Bytes of a blob; undefined when it is not there. */
  async size(digest: string): Promise<number | undefined> {
    try {
      return (await lstat(this.path(digest))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The bytes as they are on disk: whoever needs them right must hash them. Throws BoxError DAMAGED when the blob is missing. */
  async *stream(digest: string, from = 0): AsyncGenerator<Uint8Array> {
    try {
      yield* createReadStream(this.path(digest), { highWaterMark: READ_BYTES, start: from });
    } catch (error) {
      throw isMissing(error) ? missing(digest) : error;
    }
  }

  /** Whether the bytes on disk have the digest. */
  async isWhole(digest: string): Promise<boolean> {
    const hash = createHash('sha256');
    for await (const chunk of this.stream(digest)) hash.update(chunk);
    return hash.digest('hex') === digest;
  }

  async #read(digest: string): Promise<Buffer> {
    try {
      const handle = await open(this.path(digest), 'r');
      try {
        if ((await handle.stat()).size > DOCUMENT_MAX_BYTES) {
          throw new BoxError('DAMAGED', `blob ${digest.slice(0, 12)} is far too large for a document`, {
            hint: HEAL_HINT,
          });
        }
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw isMissing(error) ? missing(digest) : error;
    }
  }

  /** All digests kept. */
  async list(): Promise<string[]> {
    return (await readdir(this.#directory)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }

  async remove(digest: string): Promise<void> {
    await rm(this.path(digest), { force: true });
  }

  /** Where it is, or would be. */
  path(digest: string): string {
    return join(this.#directory, digest);
  }
}

const HEAL_HINT = "get the image again ('box pull', 'box load' or 'box import')";

function missing(digest: string): BoxError {
  return new BoxError('DAMAGED', `blob ${digest.slice(0, 12)} is missing`, { hint: HEAL_HINT });
}

/** 64 hex digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
