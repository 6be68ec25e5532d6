/** What a helper in mode `read` tells (docs/protocol.md, "Read"). */
import type { Timestamp } from '../tar/pax.ts';
import type { SparseMap } from '../tar/sparse.ts';

/** One entry: stat(2), its path and a link's target, as bytes. */
export interface ToldEntry {
  /** Type bits and permission bits. */
  mode: number;
  uid: number;
  gid: number;
  names: number;
  /** The same for all names of one file. */
  identity: string;
  size: number;
  mtime: Timestamp;
  major: number;
  minor: number;
  /** `tell`: relative to where the walk began, empty for that itself; `stat`: from the root, links resolved. */
  path: Buffer;
  target: Buffer;
}

const S_IFMT = 0o170000;
const KINDS: ReadonlyMap<number, ToldKind> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
  [0o020000, 'character'],
  [0o060000, 'block'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
]);
export type ToldKind = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket';

export function kindOf({ mode }: ToldEntry): ToldKind {
  return KINDS.get(mode & S_IFMT) ?? 'socket';
}

/** Overlay's mark for "deleted": a character device 0:0 (kernel, Documentation/filesystems/overlayfs.rst). */
export function isWhiteout(entry: ToldEntry): boolean {
  return kindOf(entry) === 'character' && entry.major === 0 && entry.minor === 0;
}

/** Payload of an `open` frame. */
export function parseToldEntry(payload: Uint8Array): ToldEntry {
  const bytes = Buffer.from(payload);
  const target = 64 + bytes.readUInt32LE(60);
  return {
    mode: bytes.readUInt32LE(0),
    uid: bytes.readUInt32LE(4),
    gid: bytes.readUInt32LE(8),
    names: bytes.readUInt32LE(12),
    identity: bytes.toString('latin1', 16, 32),
    size: Number(bytes.readBigUInt64LE(32)),
    mtime: { seconds: Number(bytes.readBigInt64LE(40)), nanoseconds: bytes.readUInt32LE(48) },
    major: bytes.readUInt32LE(52),
    minor: bytes.readUInt32LE(56),
    path: bytes.subarray(64, target),
    target: bytes.subarray(target),
  };
}

/** Payload of a `state` frame: an extended attribute of the last entry. */
export function parseToldXattr(payload: Uint8Array): [name: string, value: Buffer] {
  const bytes = Buffer.from(payload);
  const value = 2 + bytes.readUInt16LE(0);
  return [bytes.toString('utf8', 2, value), bytes.subarray(value)];
}

/** Payload of a `skipped` frame: where the last entry has data. */
export function parseToldRegions(payload: Uint8Array): SparseMap {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const map: SparseMap = [];
  for (let at = 0; at < payload.length; at += 16) {
    map.push({
      offset: Number(view.getBigUint64(at, true)),
      length: Number(view.getBigUint64(at + 8, true)),
    });
  }
  return map;
}
