/** Compressed archives, told apart by their first bytes: names lie. */
import { Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { BoxError } from '@boxyard/spec';
import { damaged, tooLarge } from '../tar/failure.ts';
import { TAR_LIMITS, type TarLimits } from '../tar/limits.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | 'xz';

/** Bytes at the start of a stream, longest first where one begins like another. */
const MAGIC: readonly (readonly [bytes: readonly number[], what: Compression])[] = [
  [[0x1f, 0x8b], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz'],
];
/** What people hand in by mistake: named, so that the error helps. */
const UNSUPPORTED: readonly (readonly [bytes: readonly number[], what: string, hint: string])[] = [
  [[0x42, 0x5a, 0x68], 'compressed with bzip2', 'bunzip2 it first'],
  [[0x5d, 0x00, 0x00], 'compressed with lzma', 'unlzma it first'],
  [[0x04, 0x22, 0x4d, 0x18], 'compressed with lz4', 'unlz4 it first'],
  [[0x1f, 0x9d], 'compressed with compress', 'uncompress it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive', 'unzip it and import the directory'],
  [[0x68, 0x73, 0x71, 0x73], 'a squashfs file system', 'unsquashfs it and import the directory'],
];
const MAGIC_BYTES = 6;

/** The compression of a stream by its first bytes (6 or more where there are that many). Throws BoxError for others that are known. */
export function detectCompression(start: Uint8Array): Compression {
  const begins = (bytes: readonly number[]) => bytes.every((byte, index) => start[index] === byte);
  for (const [bytes, what, hint] of UNSUPPORTED) {
    if (begins(bytes)) {
      throw new BoxError('UNSUPPORTED', `the file is ${what}, which is not supported`, {
        hint: `${hint}; tar, tar.gz, tar.zst and tar.xz can be imported`,
      });
    }
  }
  return MAGIC.find(([bytes]) => begins(bytes))?.[1] ?? 'none';
}

/**
 * Output chunks of zlib: its default of 16 KiB costs a round trip through the thread pool for each. What waits while its reader is busy
 * may be four: zlib's thread goes on meanwhile.
 */
const CHUNK_BYTES = 256 * 1024;
const OUTPUT = { chunkSize: CHUNK_BYTES, highWaterMark: 4 * CHUNK_BYTES };

/** A stream that was looked at: what it is, and all its bytes still to come. */
export interface Sniffed {
  compression: Compression;
  chunks: AsyncGenerator<Uint8Array>;
}

/** Looks at the first bytes of a stream. A chunk of it is no longer touched once the next is asked for. */
export async function sniff(source: AsyncIterable<Uint8Array>): Promise<Sniffed> {
  const input = source[Symbol.asyncIterator]();
  const start = await firstBytes(input);
  async function* chunks() {
    try {
      if (start.length > 0) yield start;
      for (;;) {
        const { value, done } = await input.next();
        if (done) return;
        yield value;
      }
    } finally {
      await input.return?.();
    }
  }
  return { compression: detectCompression(start), chunks: chunks() };
}

/**
 * The uncompressed bytes of a stream. Throws BoxError DAMAGED for a damaged or cut off stream, RESOURCE_EXHAUSTED for a bomb: more
 * than `limits.ratio` bytes out for each byte in.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  limits: TarLimits = TAR_LIMITS,
): AsyncGenerator<Buffer> {
  yield* inflated(await sniff(source), limits);
}

/** As `decompress`, for a stream that was looked at. All of the source is read, also what follows the end of the compressed data. */
export async function* inflated(
  { compression, chunks }: Sniffed,
  limits: TarLimits = TAR_LIMITS,
): AsyncGenerator<Buffer> {
  if (compression === 'none') {
    for await (const chunk of chunks) yield asBuffer(chunk);
    return;
  }
  let consumed = 0;
  async function* counted() {
    for await (const chunk of chunks) {
      consumed += chunk.length;
      yield chunk;
    }
  }
  let produced = 0;
  for await (const chunk of inflate(counted(), compression)) {
    produced += chunk.length;
    if (produced > limits.ratioFloorBytes && produced > consumed * limits.ratio) {
      throw tooLarge(`the archive grows more than ${limits.ratio}-fold when unpacked`);
    }
    yield chunk;
  }
}

async function firstBytes(input: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let length = 0; length < MAGIC_BYTES; ) {
    const { value, done } = await input.next();
    if (done) break;
    length += value.length;
    // Its memory is another's again once the next is asked for.
    chunks.push(value.length < MAGIC_BYTES ? Buffer.from(value) : value);
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}

async function* inflate(
  source: AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
): AsyncGenerator<Buffer> {
  try {
    if (compression === 'xz') yield* unxz(source);
    else if (compression === 'gzip') {
      yield* transformed(source, createGunzip(OUTPUT));
    } else {
      yield* transformed(source, createZstdDecompress(OUTPUT));
    }
  } catch (error) {
    if (error instanceof BoxError) throw error;
    const { code, syscall } = error as NodeJS.ErrnoException;
    // A failure to read the source is no damage of what was read.
    if (syscall) throw error;
    const cut = code === 'Z_BUF_ERROR' || /unexpected end|end of file/i.test(String(error));
    throw damaged(`its ${compression} compression is ${cut ? 'cut off' : 'damaged'}`, error);
  }
}

async function* unxz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  // A CommonJS module with its WebAssembly inside: loaded only for who needs it.
  const { XzReadableStream } = (await import('xz-decompress')).default;
  const copies = async function* () {
    for await (const chunk of source) yield Buffer.from(chunk);
  };
  const stream = new XzReadableStream(Readable.toWeb(Readable.from(copies())) as ReadableStream<Uint8Array>);
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) yield asBuffer(chunk);
}

/** What comes out of a transform. A chunk of the source is through with when the next is asked for. */
async function* transformed(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Buffer> {
  let failure: unknown;
  let release = () => {};
  // A transform that has seen the end of its data never says that it is through with what follows.
  for (const event of ['end', 'close']) transform.once(event, () => release());
  const pump = async () => {
    try {
      for await (const chunk of source) {
        if (transform.readableEnded || transform.destroyed) continue;
        await new Promise<void>((resolve) => {
          release = resolve;
          transform.write(chunk, () => resolve());
        });
      }
      transform.end();
    } catch (error) {
      failure = error;
      transform.destroy();
    }
  };
  const pumped = pump();
  try {
    for await (const chunk of transform) yield chunk as Buffer;
  } catch (error) {
    throw failure ?? error;
  }
  await pumped;
  if (failure) throw failure;
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
