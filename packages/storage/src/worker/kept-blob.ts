import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createGzip, type Gzip } from 'node:zlib';
import { BoxError } from '@boxyard/spec';
import type { Compression } from '../unpack/decompress.ts';
import type { KeepBlob, UnpackResult } from './messages.ts';

/**
 * Archives that come uncompressed are kept as gzip, which everybody reads. A level of its own, so that another zlib's default does not
 * change the digests of what we make; lower than zlib's 6, which takes three times as long for a tenth fewer bytes.
 */
const GZIP_LEVEL = 4;
const GZIP_CHUNK_BYTES = 256 * 1024;

/** The file that a layer's archive is kept in while it comes, hashed as it is written. For Workers only: everything is synchronous. */
export class KeptBlob implements Disposable {
  readonly #wish: KeepBlob;
  /** Absent when the bytes are there already and only looked at. */
  readonly #fd: number | undefined;
  readonly #hash = createHash('sha256');
  #size = 0;
  #compression: Compression = 'none';
  #gzip: Gzip | undefined;
  #failure: unknown;

  constructor(wish: KeepBlob) {
    this.#wish = wish;
    this.#fd = wish.how === 'hashed' ? undefined : openSync(wish.path, 'wx', 0o600);
  }

  /** Said once, before anything comes. */
  begin(compression: Compression): void {
    this.#compression = compression;
    if (this.#wish.how !== 'compressed' || compression === 'gzip' || compression === 'zstd') return;
    this.#compression = 'gzip';
    this.#gzip = createGzip({ level: GZIP_LEVEL, chunkSize: GZIP_CHUNK_BYTES });
    const failed = (error: unknown) => {
      this.#failure ??= error;
    };
    this.#gzip.on('error', failed);
    this.#gzip.on('data', (chunk: Buffer) => {
      try {
        this.#write(chunk);
      } catch (error) {
        failed(error);
      }
    });
  }

  /** The bytes as they come, which are kept unless they are compressed here. */
  async *tap(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (!this.#gzip) this.#write(chunk);
      yield chunk;
    }
  }

  /** The uncompressed bytes, in memory that is used again once this resolves. */
  async plain(chunk: Uint8Array): Promise<void> {
    const gzip = this.#gzip;
    if (!gzip) return;
    await new Promise<void>((resolve) => gzip.write(chunk, () => resolve()));
    if (this.#failure) throw this.#failure;
  }

  /** What was kept. */
  async finish(): Promise<NonNullable<UnpackResult['blob']>> {
    const gzip = this.#gzip;
    if (gzip) {
      const ended = once(gzip, 'end');
      gzip.end();
      await ended;
      if (this.#failure) throw this.#failure;
    }
    return { digest: this.#hash.digest('hex'), size: this.#size, compression: this.#compression };
  }

  /** Makes the bytes last. */
  sync(): void {
    if (this.#fd !== undefined) fsyncSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.#gzip?.destroy();
    if (this.#fd !== undefined) closeSync(this.#fd);
  }

  #write(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size > this.#wish.maxBytes) {
      throw new BoxError('DAMAGED', `more bytes came than the ${this.#wish.maxBytes} that were announced`, {
        hint: 'whoever sent it should make it again',
      });
    }
    this.#hash.update(chunk);
    if (this.#fd === undefined) return;
    for (let at = 0; at < chunk.length; ) at += writeSync(this.#fd, chunk, at);
  }
}
