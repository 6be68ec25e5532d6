/**
 * Headers of a pax archive as bytes: the counterpart of header.ts and entry.ts. The same entry always gives the same bytes, so the
 * digest of an archive made of a directory depends on nothing but the directory.
 */
import { isUtf8 } from 'node:buffer';
import type { TarEntry, TarEntryType } from './entry.ts';
import { TAR_BLOCK_BYTES } from './header.ts';
import { formatPaxRecord, formatPaxTime } from './pax.ts';
import { formatSparseMapBlocks, type SparseMap } from './sparse.ts';

const TYPE_FLAGS: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** Largest number in 7 and in 11 octal digits. */
const MAX_OCTAL_7 = 0o7777777;
const MAX_OCTAL_11 = 0o77777777777;

/**
 * The header of an entry, with a pax header in front when ustar cannot say it all. For a file its data and `formatPadding` follow;
 * with `sparse` (its data regions) the map is part of the returned bytes and only the regions' bytes follow.
 */
export function formatEntry(entry: TarEntry, sparse?: SparseMap): Buffer {
  const map = sparse && formatSparseMapBlocks(withEnd(sparse, entry.size));
  const stored = sparse
    ? (map as Buffer).length + sparse.reduce((sum, { length }) => sum + length, 0)
    : entry.size;
  const records = paxRecords(entry, stored, sparse !== undefined);
  const header = formatHeader(entry, entry.type === 'file' ? stored : 0);
  if (records.length === 0) return map ? Buffer.concat([header, map]) : header;
  const pax = Buffer.concat(records);
  const paxHeader = formatHeader(
    { ...entry, path: Buffer.from('PaxHeader'), target: Buffer.alloc(0), mode: 0o644, uid: 0, gid: 0 },
    pax.length,
    'x',
  );
  return Buffer.concat([paxHeader, pax, formatPadding(pax.length), header, ...(map ? [map] : [])]);
}

/** GNU tar takes the end of the last region for the end of the file: a hole there is told by an empty region behind it. */
function withEnd(map: SparseMap, size: number): SparseMap {
  const last = map.at(-1);
  return last && last.offset + last.length === size ? map : [...map, { offset: size, length: 0 }];
}

/** Zeros up to the next whole block. */
export function formatPadding(bytes: number): Buffer {
  return Buffer.alloc((TAR_BLOCK_BYTES - (bytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
}

/** The end mark: two zero blocks. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK_BYTES);

function paxRecords(entry: TarEntry, stored: number, sparse: boolean): Buffer[] {
  const records: Buffer[] = [];
  if (!isUtf8(entry.path) || !isUtf8(entry.target)) records.push(formatPaxRecord('hdrcharset', 'BINARY'));
  if (entry.path.length > 100) records.push(formatPaxRecord(sparse ? 'GNU.sparse.name' : 'path', entry.path));
  if (entry.target.length > 100) records.push(formatPaxRecord('linkpath', entry.target));
  if (stored > MAX_OCTAL_11) records.push(formatPaxRecord('size', String(stored)));
  if (entry.uid > MAX_OCTAL_7) records.push(formatPaxRecord('uid', String(entry.uid)));
  if (entry.gid > MAX_OCTAL_7) records.push(formatPaxRecord('gid', String(entry.gid)));
  const { seconds, nanoseconds } = entry.mtime;
  if (nanoseconds !== 0 || seconds < 0 || seconds > MAX_OCTAL_11) {
    records.push(formatPaxRecord('mtime', formatPaxTime(entry.mtime)));
  }
  if (sparse) {
    records.push(
      formatPaxRecord('GNU.sparse.major', '1'),
      formatPaxRecord('GNU.sparse.minor', '0'),
      formatPaxRecord('GNU.sparse.realsize', String(entry.size)),
    );
  }
  for (const [name, value] of [...entry.xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    records.push(formatPaxRecord(`SCHILY.xattr.${name}`, value));
  }
  return records;
}

/** A ustar header. Fields too long or too large for it are cut or 0: the pax header in front holds them. */
function formatHeader(entry: TarEntry, size: number, type = TYPE_FLAGS[entry.type]): Buffer {
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  entry.path.copy(block, 0, 0, 100);
  const octal = (value: number, at: number, digits: number) => {
    const fits = value >= 0 && value < 8 ** digits;
    block.write((fits ? value : 0).toString(8).padStart(digits, '0'), at, 'latin1');
  };
  octal(entry.mode, 100, 7);
  octal(entry.uid, 108, 7);
  octal(entry.gid, 116, 7);
  octal(size, 124, 11);
  octal(entry.mtime.seconds, 136, 11);
  block.write(type, 156, 'latin1');
  entry.target.copy(block, 157, 0, 100);
  block.write('ustar\x0000', 257, 'latin1');
  if (entry.type === 'character' || entry.type === 'block') {
    octal(entry.major, 329, 7);
    octal(entry.minor, 337, 7);
  }
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
