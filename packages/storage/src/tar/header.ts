/**
 * One 512-byte tar header: v7, ustar (POSIX.1-1988), pax (ustar with `x` and `g` entries) and GNU's variant.
 * Sources: POSIX.1-2017 pax(1) "ustar Interchange Format", GNU tar manual "Basic Tar Format", libarchive tar(5).
 * Pure: bytes in, fields out. What several headers mean together is parser.ts.
 */
import { damaged } from './failure.ts';

export const TAR_BLOCK_BYTES = 512;

/** The dialect of a header; GNU keeps other things where ustar keeps the name's prefix. */
export type TarFormat = 'v7' | 'ustar' | 'star' | 'gnu';

export interface TarHeader {
  format: TarFormat;
  /** One character; '\0' of v7 is given as '0'. */
  type: string;
  /** As stored, prefix joined. Bytes: tar knows no character set. */
  name: Buffer;
  linkName: Buffer;
  /** Permission bits with setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of data that follow (as the header says; pax may say otherwise). */
  size: number;
  /** Unix seconds; negative before 1970. */
  mtime: number;
  major: number;
  minor: number;
}

const SPACE = 0x20;
const DIGIT_ZERO = 0x30;

/** [offset, length] of each field in the block. */
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
  /** star's prefix is shorter: access and change time follow it. */
  starPrefix: [345, 131],
  starTrailer: [508, 4],
} as const satisfies Record<string, readonly [number, number]>;
type Field = readonly [offset: number, length: number];

/** All zero: half of the end-of-archive mark. */
export function isZeroBlock(block: Buffer): boolean {
  for (let at = 0; at < TAR_BLOCK_BYTES; at++) if (block[at] !== 0) return false;
  return true;
}

/** The fields of a header block. Throws BoxError DAMAGED when it is none (checksum) or a number in it is malformed. */
export function parseHeader(block: Buffer): TarHeader {
  if (!checksumMatches(block)) throw damaged('a header has a wrong checksum');
  const format = formatOf(block);
  const name = text(block, FIELD.name);
  const prefix =
    format === 'ustar'
      ? text(block, FIELD.prefix)
      : format === 'star'
        ? text(block, FIELD.starPrefix)
        : undefined;
  const typeByte = block[FIELD.type[0]] as number;
  return {
    format,
    type: typeByte === 0 ? '0' : String.fromCharCode(typeByte),
    name: prefix && prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    linkName: text(block, FIELD.linkName),
    mode: parseNumber(block, FIELD.mode, 'mode') & 0o7777,
    uid: parseId(block, FIELD.uid, 'owner'),
    gid: parseId(block, FIELD.gid, 'group'),
    size: parseSize(block, FIELD.size),
    mtime: parseNumber(block, FIELD.mtime, 'time'),
    major: format === 'v7' ? 0 : parseNumber(block, FIELD.major, 'device number'),
    minor: format === 'v7' ? 0 : parseNumber(block, FIELD.minor, 'device number'),
  };
}

function formatOf(block: Buffer): TarFormat {
  const magic = block.toString('latin1', FIELD.magic[0], FIELD.magic[0] + FIELD.magic[1]);
  if (magic === 'ustar  \0') return 'gnu';
  if (!magic.startsWith('ustar')) return 'v7';
  const trailer = block.toString('latin1', FIELD.starTrailer[0], FIELD.starTrailer[0] + FIELD.starTrailer[1]);
  return trailer === 'tar\0' ? 'star' : 'ustar';
}

/** Whether a block is a header: the sum of all bytes, the checksum field taken as spaces. Historic tars summed signed bytes. */
export function checksumMatches(block: Buffer): boolean {
  const [start, length] = FIELD.checksum;
  const digits = /^[ \0]*([0-7]+)[ \0]*/.exec(block.toString('latin1', start, start + length));
  if (!digits) return false;
  const stored = Number.parseInt(digits[1] as string, 8);
  let sum = length * 0x20;
  for (let at = 0; at < start; at++) sum += block[at] as number;
  for (let at = start + length; at < TAR_BLOCK_BYTES; at++) sum += block[at] as number;
  if (sum === stored) return true;
  let negative = 0;
  for (let at = 0; at < TAR_BLOCK_BYTES; at++) {
    if ((at < start || at >= start + length) && (block[at] as number) >= 0x80) negative++;
  }
  return sum - 0x100 * negative === stored;
}

/** Up to the first NUL or the end of the field. A copy: the block's memory is used again. */
function text(block: Buffer, [start, length]: Field): Buffer {
  const nul = block.indexOf(0, start);
  const end = nul === -1 || nul > start + length ? start + length : nul;
  return Buffer.from(block.subarray(start, end));
}

/**
 * Octal digits between spaces and NULs, or GNU's base-256: a first byte of 0x80 (positive) or 0xff (negative) before a big-endian
 * number. An empty field is 0.
 */
export function parseNumber(block: Buffer, [start, length]: Field, what: string): number {
  const first = block[start] as number;
  if (first & 0x80) return parseBase256(block, [start, length], what);
  const end = start + length;
  let at = start;
  while (at < end && (block[at] === SPACE || block[at] === 0)) at++;
  let value = 0;
  for (; at < end && block[at] !== SPACE && block[at] !== 0; at++) {
    const digit = (block[at] as number) - DIGIT_ZERO;
    if (digit < 0 || digit > 7) throw damaged(`a header holds a malformed ${what}`);
    value = value * 8 + digit;
  }
  return value;
}

function parseBase256(block: Buffer, [start, length]: Field, what: string): number {
  // Two's complement over the whole field, the top bit of the first byte only marking the encoding.
  const first = block[start] as number;
  const negative = (first & 0x40) !== 0;
  let value = BigInt(negative ? first | ~0xff : first & 0x7f);
  for (let at = start + 1; at < start + length; at++) value = value * 256n + BigInt(block[at] as number);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw damaged(`a header holds a ${what} out of range`);
  return number;
}

function parseSize(block: Buffer, field: Field): number {
  const size = parseNumber(block, field, 'size');
  if (size < 0) throw damaged('a header holds a negative size');
  return size;
}

/** Largest user or group id: 2^32 - 1 means "unchanged" to chown(2). */
export const MAX_ID = 0xffff_fffe;

function parseId(block: Buffer, field: Field, what: string): number {
  const id = parseNumber(block, field, what);
  if (id < 0 || id > MAX_ID) throw damaged(`a header holds an ${what} out of range (${id})`);
  return id;
}
