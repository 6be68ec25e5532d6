import { createHash } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { DOCUMENT_MAX_BYTES } from '../oci/documents.ts';
import { isMissing, writeFileAtomic } from './files.ts';

/** Documents by the sha256 of their bytes. */
export class BlobStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Keeps the bytes; returns their digest, 64 hex digits. */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = createHash('sha256').update(bytes).digest('hex');
    await writeFileAtomic(this.#path(digest), bytes);
    return digest;
  }

  /** The bytes of a digest, checked against it. Throws BoxError DAMAGED when they are missing or others. */
  async get(digest: string): Promise<Buffer> {
    const bytes = await this.#read(digest);
    if (createHash('sha256').update(bytes).digest('hex') !== digest) {
      throw new BoxError('DAMAGED', `blob ${digest.slice(0, 12)} does not have the bytes its name says`, {
        hint: 'remove the image and import it again',
      });
    }
    return bytes;
  }

  async #read(digest: string): Promise<Buffer> {
    try {
      const handle = await open(this.#path(digest), 'r');
      try {
        if ((await handle.stat()).size > DOCUMENT_MAX_BYTES) {
          throw new BoxError('DAMAGED', `blob ${digest.slice(0, 12)} is far too large for a document`);
        }
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new BoxError('DAMAGED', `blob ${digest.slice(0, 12)} is missing`, {
        hint: 'remove the image and import it again',
      });
    }
  }

  /** All digests kept. */
  async list(): Promise<string[]> {
    return (await readdir(this.#directory)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }

  async remove(digest: string): Promise<void> {
    await rm(this.#path(digest), { force: true });
  }

  #path(digest: string): string {
    return join(this.#directory, digest);
  }
}
