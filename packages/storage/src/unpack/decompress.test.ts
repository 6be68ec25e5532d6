import { execFileSync } from 'node:child_process';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TAR_LIMITS } from '../tar/limits.ts';
import { decompress, detectCompression } from './decompress.ts';

async function* pieces(bytes: Buffer, step = 1000) {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function unpack(bytes: Buffer, step?: number, limits = TAR_LIMITS): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of decompress(pieces(bytes, step), limits)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => `${index * 7919}\n`).join(''));
const xz = (bytes: Buffer, ...args: string[]) => execFileSync('xz', ['-c', ...args], { input: bytes });
const packed: Record<string, Buffer> = {
  none: content,
  gzip: gzipSync(content),
  // The zstd program adds a checksum by default.
  zstd: zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  xz: xz(content),
};

describe('decompress', () => {
  it.each(Object.keys(packed))('%s: found by its first bytes, unpacked whatever the chunks', async (kind) => {
    const bytes = packed[kind] as Buffer;
    expect(detectCompression(bytes)).toBe(kind);
    for (const step of [7, 4096, bytes.length])
      expect((await unpack(bytes, step)).equals(content)).toBe(true);
  });

  it.each(['gzip', 'zstd', 'xz'])('%s: two streams one after the other are one', async (kind) => {
    const bytes = packed[kind] as Buffer;
    const twice = await unpack(Buffer.concat([bytes, bytes]));
    expect(twice.equals(Buffer.concat([content, content]))).toBe(true);
  });

  it.each(['gzip', 'zstd', 'xz'])('%s: cut off anywhere is an error', async (kind) => {
    const bytes = packed[kind] as Buffer;
    for (const length of [10, 1000, bytes.length - 20, bytes.length - 1]) {
      await expect(unpack(bytes.subarray(0, length))).rejects.toMatchObject({
        code: 'DAMAGED',
        message: expect.stringContaining(kind),
      });
    }
  });

  it.each(['gzip', 'zstd', 'xz'])('%s: changed bytes are an error', async (kind) => {
    const bytes = Buffer.from(packed[kind] as Buffer);
    bytes.fill(0x55, 5000, 5100);
    await expect(unpack(bytes)).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(4_000_000))],
    ['zstd', zstdCompressSync(Buffer.alloc(4_000_000))],
    ['xz', xz(Buffer.alloc(4_000_000))],
  ])('%s: a bomb is refused before it is unpacked', async (_, bytes) => {
    const limits = { ...TAR_LIMITS, ratioFloorBytes: 1_000_000 };
    await expect(unpack(bytes, undefined, limits)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  });

  it('a failure of the source comes through as it is', async () => {
    async function* broken() {
      yield (packed.gzip as Buffer).subarray(0, 1000);
      throw Object.assign(new Error('read failed'), { syscall: 'read', code: 'EIO' });
    }
    await expect(async () => {
      for await (const _ of decompress(broken()));
    }).rejects.toMatchObject({ code: 'EIO' });
  });

  it('bzip2 and zip are named in the error', () => {
    expect(() => detectCompression(Buffer.from('BZh91AY&SY'))).toThrow(/bzip2/);
    expect(() => detectCompression(Buffer.from('PK\x03\x04....'))).toThrow(/zip archive/);
  });
});
