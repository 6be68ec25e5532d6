/** Archives for tests that no honest tool would write. */

import type { TarEntry } from './entry.ts';
import { formatEntry, formatPadding, TAR_END } from './format.ts';
import { TAR_BLOCK_BYTES } from './header.ts';

type Wish = Partial<Omit<TarEntry, 'path' | 'target'>> & {
  path: string | Buffer;
  target?: string | Buffer;
  data?: string | Buffer;
};

/** One entry with its data: a file, unless `type` says otherwise. */
export function craftEntry(wish: Wish): Buffer {
  const data = Buffer.from((wish.data ?? '') as string);
  const header = formatEntry({
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: { seconds: 1_600_000_000, nanoseconds: 0 },
    size: data.length,
    major: 0,
    minor: 0,
    xattrs: new Map(),
    ...wish,
    path: Buffer.from(wish.path as string),
    target: Buffer.from((wish.target ?? '') as string),
  });
  return Buffer.concat([header, data, formatPadding(data.length)]);
}

/** A whole archive of entries and raw blocks. */
export function craftArchive(...parts: (Wish | Buffer)[]): Buffer {
  return Buffer.concat([...parts.map((part) => (Buffer.isBuffer(part) ? part : craftEntry(part))), TAR_END]);
}

/** An entry of any type with any data: extension headers, types that tools of today do not write. */
export function craftRaw(type: string, data: string | Buffer, name = 'raw'): Buffer {
  const bytes = craftEntry({ path: name, data });
  bytes.write(type, 156, 'latin1');
  return seal(bytes);
}

/** Puts the checksum of the first header right after it was changed. */
export function seal(bytes: Buffer): Buffer {
  bytes.fill(' ', 148, 156);
  let sum = 0;
  for (let at = 0; at < TAR_BLOCK_BYTES; at++) sum += bytes[at] as number;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
