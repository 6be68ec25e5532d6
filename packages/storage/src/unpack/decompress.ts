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

/** Output chunks of zlib; its default of 16 KiB costs a round trip through the thread pool for each. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The uncompressed bytes of a stream. Throws BoxError DAMAGED for a damaged or cut off stream, RESOURCE_EXHAUSTED for a bomb: more
 * than `limits.ratio` bytes out for each byte in.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  limits: TarLimits = TAR_LIMITS,
): AsyncGenerator<Buffer> {
  const input = source[Symbol.asyncIterator]();
  const start = await firstBytes(input);
  const compression = detectCompression(start);
  let consumed = 0;
  async function* counted() {
    try {
      for (let chunk: Uint8Array | undefined = start; chunk; ) {
        consumed += chunk.length;
        yield chunk;
        const next: IteratorResult<Uint8Array> = await input.next();
        chunk = next.done ? undefined : next.value;
      }
    } finally {
      await input.return?.();
    }
  }
  if (compression === 'none') {
    for await (const chunk of counted()) yield asBuffer(chunk);
    return;
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
    chunks.push(value);
    length += value.length;
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}

async function* inflate(
  source: AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
): AsyncGenerator<Buffer> {
  const failure = (error: unknown) => {
    if (error instanceof BoxError) throw error;
    const { code, syscall } = error as NodeJS.ErrnoException;
    // A failure to read the source is no damage of what was read.
    if (syscall) throw error;
    const cut = code === 'Z_BUF_ERROR' || /unexpected end|end of file/i.test(String(error));
    throw damaged(`its ${compression} compression is ${cut ? 'cut off' : 'damaged'}`, error);
  };
  try {
    if (compression === 'xz') {
      // A CommonJS module with its WebAssembly inside: loaded only for who needs it.
      const { XzReadableStream } = (await import('xz-decompress')).default;
      const stream = new XzReadableStream(
        Readable.toWeb(Readable.from(source)) as ReadableStream<Uint8Array>,
      );
      for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) yield asBuffer(chunk);
      return;
    }
    const transform: Transform =
      compression === 'gzip'
        ? createGunzip({ chunkSize: CHUNK_BYTES })
        : createZstdDecompress({ chunkSize: CHUNK_BYTES });
    const input = Readable.from(source, { objectMode: true });
    input.on('error', (error) => transform.destroy(error));
    transform.on('close', () => input.destroy());
    for await (const chunk of input.pipe(transform)) yield chunk as Buffer;
  } catch (error) {
    failure(error);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
