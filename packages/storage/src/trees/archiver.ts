import { BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { TarEntry } from '../tar/entry.ts';
import { printable } from '../tar/failure.ts';
import { formatEntry, formatPadding, TAR_END } from '../tar/format.ts';
import type { Timestamp } from '../tar/pax.ts';
import type { SparseMap } from '../tar/sparse.ts';
import { isPortableXattr } from '../unpack/xattrs.ts';
import {
  isWhiteout,
  kindOf,
  parseToldEntry,
  parseToldRegions,
  parseToldXattr,
  type ToldEntry,
} from './told.ts';

export interface ArchiveOptions {
  /** What the tree's own entry is called; '' is the root of the archive. */
  name: Uint8Array;
  /** Overlay's whiteouts and opaque directories become those of a layer (OCI image-spec, layer.md). */
  layer: boolean;
  /** Unix seconds: no file is newer (https://reproducible-builds.org/specs/source-date-epoch/). */
  latest?: number | undefined;
}

const WHITEOUT_PREFIX = Buffer.from('.wh.');
const OPAQUE = Buffer.from('.wh..wh..opq');
const OPAQUE_ATTRIBUTE = 'trusted.overlay.opaque';
/** Content or place that overlay keeps in another layer: our overlays are mounted without them. */
const FOREIGN_ATTRIBUTES = ['trusted.overlay.metacopy', 'trusted.overlay.redirect'];
const SLASH = Buffer.from('/');
const ZEROS = Buffer.alloc(64 * 1024);

/** The entry being told: its header is written once all attributes and regions are known. */
interface Pending {
  told: ToldEntry;
  entry: TarEntry;
  xattrs: Map<string, Buffer>;
  opaque: boolean;
  regions: SparseMap | undefined;
}

/** The open file. */
interface Content {
  path: Buffer;
  regions: SparseMap;
  /** The region that is being filled, and the bytes of those before it. */
  region: number;
  before: number;
  /** Bytes of the archive that are written, of `stored`. */
  written: number;
  stored: number;
}

/**
 * Makes a pax archive of what a helper tells. Pure: frames in, bytes out. The same tree always gives the same bytes. A file that changes
 * while it is read has the size it had at first: filled with zeros or cut off.
 */
export class TreeArchiver {
  readonly #options: ArchiveOptions;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #warn: (line: string) => void;
  /** First name of every file that has more than one. */
  readonly #linked = new Map<string, Buffer>();
  #pending: Pending | undefined;
  #content: Content | undefined;

  constructor(
    options: ArchiveOptions,
    out: { write: (bytes: Uint8Array) => void; warn: (line: string) => void },
  ) {
    this.#options = options;
    this.#write = out.write;
    this.#warn = out.warn;
  }

  /** The next frame but acknowledgements and errors. Its payload may be reused after the call. */
  frame({ type, offset, payload }: Frame): void {
    switch (type) {
      case FrameType.open:
        this.#finishEntry();
        this.#begin(parseToldEntry(payload));
        return;
      case FrameType.state:
        this.#attribute(...parseToldXattr(payload));
        return;
      case FrameType.skipped:
        if (this.#pending) this.#pending.regions = parseToldRegions(payload);
        return;
      case FrameType.data:
        this.#writeHeader();
        this.#data(offset, payload);
    }
  }

  /** After the last entry. */
  end(): void {
    this.#finishEntry();
    this.#write(TAR_END);
  }

  #begin(told: ToldEntry): void {
    const path = this.#nameOf(told);
    const kind = kindOf(told);
    if (kind === 'socket') {
      this.#warn(`socket '${printable(path)}' was left out`);
      return;
    }
    if (this.#options.layer) {
      const slash = path.lastIndexOf('/');
      if (path.subarray(slash + 1, slash + 1 + WHITEOUT_PREFIX.length).equals(WHITEOUT_PREFIX)) {
        this.#warn(`'${printable(path)}' was left out: in a layer such a name hides another`);
        return;
      }
      if (isWhiteout(told)) {
        const parts = [path.subarray(0, slash + 1), WHITEOUT_PREFIX, path.subarray(slash + 1)];
        this.#write(formatEntry(mark(Buffer.concat(parts))));
        return;
      }
    }
    this.#pending = {
      told,
      xattrs: new Map(),
      opaque: false,
      regions: undefined,
      entry: {
        type: kind,
        path,
        target: told.target,
        mode: told.mode & 0o7777,
        uid: told.uid,
        gid: told.gid,
        mtime: this.#clamp(told.mtime),
        size: kind === 'file' ? told.size : 0,
        major: told.major,
        minor: told.minor,
        xattrs: new Map(),
      },
    };
  }

  #nameOf(told: ToldEntry): Buffer {
    const { name } = this.#options;
    const parts = name.length === 0 ? [told.path] : [Buffer.from(name)];
    if (name.length > 0 && told.path.length > 0) parts.push(SLASH, told.path);
    if (kindOf(told) === 'directory') {
      parts.push(name.length === 0 && told.path.length === 0 ? Buffer.from('./') : SLASH);
    }
    // Copied: the frame's memory is used again.
    return Buffer.concat(parts);
  }

  #clamp(time: Timestamp): Timestamp {
    const { latest } = this.#options;
    return latest !== undefined && time.seconds >= latest ? { seconds: latest, nanoseconds: 0 } : time;
  }

  #attribute(name: string, value: Buffer): void {
    const pending = this.#pending;
    if (!pending) return;
    if (isPortableXattr(name)) pending.xattrs.set(name, value);
    if (!this.#options.layer) return;
    if (FOREIGN_ATTRIBUTES.includes(name)) {
      throw new BoxError('DAMAGED', `'${printable(pending.entry.path)}' has its content in another layer`, {
        hint: `somebody set ${name} on it by hand; make the file anew in the box`,
      });
    }
    if (name === OPAQUE_ATTRIBUTE && value.toString('latin1') === 'y') pending.opaque = true;
  }

  #writeHeader(): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    const { told, opaque, regions } = pending;
    const entry = { ...pending.entry, xattrs: pending.xattrs };
    if (told.names > 1 && entry.type !== 'directory') {
      const first = this.#linked.get(told.identity);
      if (first) {
        this.#write(formatEntry({ ...entry, type: 'link', target: first, size: 0, xattrs: new Map() }));
        return;
      }
      this.#linked.set(told.identity, entry.path);
    }
    this.#write(formatEntry(entry, entry.type === 'file' ? regions : undefined));
    if (opaque) this.#write(formatEntry(mark(Buffer.concat([entry.path, OPAQUE]))));
    if (entry.type !== 'file' || entry.size === 0) return;
    const map = regions ?? [{ offset: 0, length: entry.size }];
    this.#content = {
      path: entry.path,
      regions: map,
      region: 0,
      before: 0,
      written: 0,
      stored: map.reduce((sum, { length }) => sum + length, 0),
    };
  }

  #data(offset: number, bytes: Uint8Array): void {
    const content = this.#content;
    // A further name of a file: its data came with the first.
    if (!content) return;
    for (;;) {
      const region = content.regions[content.region];
      if (!region) return;
      if (offset < region.offset + region.length) {
        this.#fill(content, content.before + offset - region.offset);
        this.#write(bytes);
        content.written += bytes.length;
        return;
      }
      content.before += region.length;
      content.region++;
    }
  }

  #finishEntry(): void {
    this.#writeHeader();
    const content = this.#content;
    this.#content = undefined;
    if (!content) return;
    if (content.written < content.stored) {
      this.#warn(`'${printable(content.path)}' became shorter while it was read: it ends in zeros`);
    }
    this.#fill(content, content.stored);
    this.#write(formatPadding(content.stored));
  }

  /** Zeros up to a position in the stored bytes. */
  #fill(content: Content, position: number): void {
    while (content.written < position) {
      const zeros = ZEROS.subarray(0, position - content.written);
      this.#write(zeros);
      content.written += zeros.length;
    }
  }
}

/** A mark of a layer says nothing but its name. */
function mark(path: Buffer): TarEntry {
  return {
    type: 'file',
    path,
    target: Buffer.alloc(0),
    mode: 0,
    uid: 0,
    gid: 0,
    mtime: { seconds: 0, nanoseconds: 0 },
    size: 0,
    major: 0,
    minor: 0,
    xattrs: new Map(),
  };
}
