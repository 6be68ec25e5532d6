/**
 * Turns the entries of a layer archive into `tree` operations of the plan. Knows what a layer is (OCI image-spec, layer.md):
 * `.wh.` names hide what lower layers have.
 */
import { op, type PlanOperation } from '@boxyard/spec';
import type { TarEntry } from '../tar/entry.ts';
import { hostile, printable } from '../tar/failure.ts';
import { TAR_LIMITS, type TarLimits } from '../tar/limits.ts';
import type { TarSink } from '../tar/parser.ts';
import { normalizePath } from '../tar/path.ts';
import { isPortableXattr } from './xattrs.ts';

const WHITEOUT_PREFIX = '.wh.';
/** AUFS kept its own bookkeeping under these names; only the opaque mark means something. */
const WHITEOUT_META_PREFIX = '.wh..wh.';
const WHITEOUT_OPAQUE = '.wh..wh..opq';

/** The tree's root, as the helper calls it. */
const ROOT = Buffer.from('.');
const S_IFIFO = 0o010000;
const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;
/** Largest piece of a file in one operation (PLAN_MAX_ARG_BYTES is 1 MiB); fits into a socket's buffer. */
const DATA_BYTES = 256 * 1024;
/** Longest target of a symbolic link, PATH_MAX - 1. */
const TARGET_BYTES = 4095;

export interface EmitterResult {
  entries: number;
  /** Bytes of file content, holes not counted. */
  bytes: number;
  /** What was left out, a line each. */
  warnings: string[];
  /**
   * Directories that something lies in but that the archive does not list, '' for its root; latin1 text. In a layer they have the
   * attributes that lower layers give them.
   */
  implied: string[];
}

export class TreeEmitter implements TarSink {
  readonly #send: (operation: PlanOperation) => void;
  readonly #limits: TarLimits;
  readonly #layer: boolean;
  /** Directories of this archive. Keys are paths as latin1 text: one character for each byte. */
  readonly #directories = new Set<string>();
  /** Those that something lies in. */
  readonly #parents = new Set<string>(['']);
  /** Made anew over a whiteout: lower layers have no say in them. */
  readonly #reopened = new Set<string>();
  readonly #whiteouts = new Set<string>();
  readonly #droppedXattrs = new Map<string, number>();
  #droppedMeta = 0;
  #xattrs: ReadonlyMap<string, Buffer> = new Map();
  #skipping = false;
  #entries = 0;
  #bytes = 0;

  /** `layer`: `.wh.` names mean what they mean in a layer; else they are names like others. */
  constructor(
    send: (operation: PlanOperation) => void,
    limits: TarLimits = TAR_LIMITS,
    { layer = true }: { layer?: boolean } = {},
  ) {
    this.#send = send;
    this.#limits = limits;
    this.#layer = layer;
  }

  entry(entry: TarEntry): void {
    this.#entries++;
    this.#skipping = false;
    const path = normalizePath(entry.path, this.#limits);
    if (this.#layer) this.#noteParents(path);
    if (this.#layer && path.includes(WHITEOUT_PREFIX) && this.#whiteout(path)) {
      this.#skipping = true;
      return;
    }
    if (this.#whiteouts.size > 0) this.#reopen(path, entry.type === 'directory');
    this.#make(entry, path);
    this.#xattrs = entry.xattrs;
  }

  data(offset: number, bytes: Buffer): void {
    if (this.#skipping) return;
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length; at += DATA_BYTES) {
      this.#send(op('treeData', offset + at, bytes.subarray(at, at + DATA_BYTES)));
    }
  }

  entryEnd(): void {
    if (this.#skipping) return;
    for (const [name, value] of this.#xattrs) {
      // Last: writing data takes security.capability away again.
      if (isPortableXattr(name)) this.#send(op('treeXattr', name, value));
      else this.#droppedXattrs.set(name, (this.#droppedXattrs.get(name) ?? 0) + 1);
    }
  }

  /** After the last entry. */
  finish(): EmitterResult {
    const warnings = [...this.#droppedXattrs].map(
      ([name, count]) =>
        `extended attribute '${printable(Buffer.from(name))}' of ${count} files was left out: it belongs to the host`,
    );
    if (this.#droppedMeta > 0)
      warnings.push(`${this.#droppedMeta} bookkeeping entries of AUFS were left out`);
    const implied = [...this.#parents].filter(
      (parent) => !this.#directories.has(parent) && !this.#reopened.has(parent),
    );
    return { entries: this.#entries, bytes: this.#bytes, warnings, implied };
  }

  #noteParents(path: Buffer): void {
    const text = path.toString('latin1');
    for (let end = text.lastIndexOf('/'); end > 0; end = text.lastIndexOf('/', end - 1)) {
      const parent = text.slice(0, end);
      if (this.#parents.has(parent)) return;
      this.#parents.add(parent);
    }
  }

  #make(entry: TarEntry, path: Buffer): void {
    const { uid, gid, mtime } = entry;
    const times = [BigInt(mtime.seconds), mtime.nanoseconds] as const;
    if (path.length === 0 && entry.type !== 'directory') {
      throw hostile(`the archive's root is a ${entry.type} instead of a directory`);
    }
    switch (entry.type) {
      case 'directory':
        this.#directories.add(path.toString('latin1'));
        this.#send(op('treeDirectory', path.length === 0 ? ROOT : path, entry.mode, uid, gid, ...times));
        return;
      case 'file':
        this.#send(op('treeFile', path, entry.mode, uid, gid, ...times, entry.size));
        return;
      case 'symlink':
        this.#send(op('treeSymlink', path, symlinkTarget(entry), uid, gid, ...times));
        return;
      case 'link': {
        const target = normalizePath(entry.target, this.#limits);
        if (target.length === 0) {
          throw hostile(
            `hard link '${printable(path)}' points to '${printable(entry.target)}', which is no file`,
          );
        }
        this.#send(op('treeLink', path, target));
        return;
      }
      case 'fifo':
        this.#send(op('treeNode', path, S_IFIFO | entry.mode, 0, 0, uid, gid, ...times));
        return;
      default: {
        const type = entry.type === 'character' ? S_IFCHR : S_IFBLK;
        this.#send(op('treeNode', path, type | entry.mode, entry.major, entry.minor, uid, gid, ...times));
      }
    }
  }

  /** True when the path is a whiteout or bookkeeping and was dealt with. */
  #whiteout(path: Buffer): boolean {
    const parts = path.toString('latin1').split('/');
    const name = parts.pop() as string;
    const parent = parts.join('/');
    if (parts.some((part) => part.startsWith(WHITEOUT_META_PREFIX))) {
      this.#droppedMeta++;
      return true;
    }
    // Kept as a directory it would hide a name as soon as the tree is packed again.
    if (parts.some((part) => part.startsWith(WHITEOUT_PREFIX))) {
      throw hostile(`the name '${printable(path)}' leads through a whiteout`);
    }
    if (!name.startsWith(WHITEOUT_PREFIX)) return false;
    if (name === WHITEOUT_OPAQUE) {
      this.#send(op('treeOpaque', parent === '' ? ROOT : Buffer.from(parent, 'latin1')));
      return true;
    }
    if (name.startsWith(WHITEOUT_META_PREFIX)) {
      this.#droppedMeta++;
      return true;
    }
    const hidden = name.slice(WHITEOUT_PREFIX.length);
    // `.wh...` would hide the parent directory, `.wh.` and `.wh..` the directory itself.
    if (hidden === '' || hidden === '.' || hidden === '..') {
      throw hostile(`the whiteout '${printable(path)}' hides no name`);
    }
    const target = parent === '' ? hidden : `${parent}/${hidden}`;
    // A directory both hidden and made again in one layer shows nothing of the layers below.
    if (this.#directories.has(target)) this.#send(op('treeOpaque', Buffer.from(target, 'latin1')));
    else {
      this.#whiteouts.add(target);
      this.#send(op('treeWhiteout', Buffer.from(target, 'latin1')));
    }
    return true;
  }

  /** The entry lies at or below a name that was hidden before: directories on the way are made anew and opaque. */
  #reopen(path: Buffer, isDirectory: boolean): void {
    const parts = path.toString('latin1').split('/');
    // Anything else simply takes the whiteout's place.
    if (!isDirectory) this.#whiteouts.delete(parts.join('/'));
    for (let depth = 1; depth <= parts.length; depth++) {
      const ancestor = parts.slice(0, depth).join('/');
      if (!this.#whiteouts.delete(ancestor)) continue;
      this.#reopened.add(ancestor);
      const bytes = Buffer.from(ancestor, 'latin1');
      this.#send(op('treeDirectory', bytes, 0o755, 0, 0, 0, 0));
      this.#send(op('treeOpaque', bytes));
    }
  }
}

function symlinkTarget(entry: TarEntry): Buffer {
  const { target } = entry;
  if (target.length === 0 || target.length > TARGET_BYTES || target.includes(0)) {
    throw hostile(`symbolic link '${printable(entry.path)}' has no usable target`);
  }
  return target;
}
