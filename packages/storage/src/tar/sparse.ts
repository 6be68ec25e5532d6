/**
 * Maps of sparse files in their four spellings (GNU tar manual, "Storing Sparse Files"): old GNU in the header and the blocks after
 * it, pax 0.0 and 0.1 in pax records, pax 1.0 in front of the data. Pure.
 */
import { damaged, tooLarge } from './failure.ts';
import { parseNumber, TAR_BLOCK_BYTES } from './header.ts';
import type { TarLimits } from './limits.ts';
import { type PaxRecord, parsePaxNumber } from './pax.ts';

/** Data regions in ascending order; what lies between them is a hole. */
export type SparseMap = SparseRegion[];
export interface SparseRegion {
  offset: number;
  length: number;
}

const OLD_REGIONS_IN_HEADER = 4;
const OLD_REGIONS_IN_EXTENSION = 21;
const OLD_REGION_BYTES = 24;
const OLD_HEADER = { regions: 386, extended: 482, realSize: [483, 12] as const };
const OLD_EXTENSION_EXTENDED = 504;

/** What an old GNU sparse header (type `S`) says: its regions so far, the file's real size, and whether an extension block follows. */
export function parseOldSparseHeader(block: Buffer): { map: SparseMap; realSize: number; extended: boolean } {
  return {
    map: parseOldRegions(block, OLD_HEADER.regions, OLD_REGIONS_IN_HEADER),
    realSize: parseNumber(block, OLD_HEADER.realSize, 'size'),
    extended: block[OLD_HEADER.extended] !== 0,
  };
}

export function parseOldSparseExtension(block: Buffer): { map: SparseMap; extended: boolean } {
  return {
    map: parseOldRegions(block, 0, OLD_REGIONS_IN_EXTENSION),
    extended: block[OLD_EXTENSION_EXTENDED] !== 0,
  };
}

function parseOldRegions(block: Buffer, start: number, count: number): SparseMap {
  const map: SparseMap = [];
  for (let index = 0; index < count; index++) {
    const at = start + index * OLD_REGION_BYTES;
    if (block[at] === 0) break;
    map.push({
      offset: parseNumber(block, [at, 12], 'sparse offset'),
      length: parseNumber(block, [at + 12, 12], 'sparse length'),
    });
  }
  return map;
}

/** What pax records say of a sparse file, or undefined for an ordinary one. `map` is missing for 1.0, where it is part of the data. */
export function parsePaxSparse(
  records: readonly PaxRecord[],
): { map?: SparseMap; realSize: number; name?: Buffer } | undefined {
  const last = new Map(records);
  const name = last.get('GNU.sparse.name');
  const major = last.get('GNU.sparse.major');
  const withName = name ? { name } : {};
  if (major) {
    const version = `${major.toString('latin1')}.${last.get('GNU.sparse.minor')?.toString('latin1') ?? '0'}`;
    if (version !== '1.0')
      throw damaged(`a sparse file is stored in the unknown format ${version.slice(0, 20)}`);
    const realSize = last.get('GNU.sparse.realsize');
    if (!realSize) throw damaged('a sparse file has no size');
    return { realSize: parsePaxNumber('GNU.sparse.realsize', realSize), ...withName };
  }
  const size = last.get('GNU.sparse.size');
  if (!size) return undefined;
  const realSize = parsePaxNumber('GNU.sparse.size', size);
  const list = last.get('GNU.sparse.map');
  const numbers = list
    ? list.length === 0
      ? []
      : list
          .toString('latin1')
          .split(',')
          .map((text) => parsePaxNumber('GNU.sparse.map', Buffer.from(text)))
    : records
        .filter(([key]) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
        .map(([key, value]) => parsePaxNumber(key, value));
  return { map: pairs(numbers), realSize, ...withName };
}

/** The map in front of the data of a pax 1.0 sparse file, or undefined while more of it has to come. `bytes` counts padding too. */
export function parseSparseMapBlocks(
  data: Buffer,
  limits: TarLimits,
): { map: SparseMap; bytes: number } | undefined {
  const numbers: number[] = [];
  let wanted = 1;
  let at = 0;
  while (numbers.length < wanted) {
    const newline = data.indexOf(0x0a, at);
    if (newline === -1) {
      if (data.length - at > TAR_BLOCK_BYTES) throw damaged('the map of a sparse file is malformed');
      return undefined;
    }
    numbers.push(parsePaxNumber('GNU.sparse map', data.subarray(at, newline)));
    at = newline + 1;
    if (numbers.length === 1) {
      const regions = numbers[0] as number;
      if (regions > limits.sparseRegions) throw tooLarge(`a sparse file has ${regions} regions`);
      wanted = 1 + 2 * regions;
    }
  }
  const bytes = Math.ceil(at / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  return data.length < bytes ? undefined : { map: pairs(numbers.slice(1)), bytes };
}

/** `regions`, `offset`, `length`, … each on a line, padded to whole blocks: what pax 1.0 puts in front of the data. */
export function formatSparseMapBlocks(map: SparseMap): Buffer {
  const text = [map.length, ...map.flatMap(({ offset, length }) => [offset, length])]
    .map((number) => `${number}\n`)
    .join('');
  const blocks = Buffer.alloc(Math.ceil(text.length / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES);
  blocks.write(text, 'latin1');
  return blocks;
}

function pairs(numbers: readonly number[]): SparseMap {
  if (numbers.length % 2 !== 0) throw damaged('the map of a sparse file is malformed');
  const map: SparseMap = [];
  for (let at = 0; at < numbers.length; at += 2) {
    map.push({ offset: numbers[at] as number, length: numbers[at + 1] as number });
  }
  return map;
}

/** Throws unless the regions ascend without overlap inside the file and hold exactly `stored` bytes. Drops the empty ones. */
export function checkSparseMap(map: SparseMap, realSize: number, stored: number): SparseMap {
  let end = 0;
  let sum = 0;
  for (const { offset, length } of map) {
    if (offset < end || length < 0 || !Number.isSafeInteger(offset + length) || offset + length > realSize) {
      throw damaged('the map of a sparse file contradicts itself');
    }
    end = offset + length;
    sum += length;
  }
  if (sum !== stored) throw damaged('the map of a sparse file does not fit its data');
  return map.filter(({ length }) => length > 0);
}
