import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory, writeFileAtomic } from './files.ts';
import type { StorePaths } from './layout.ts';

/** What is remembered about a layer that was unpacked. */
export interface LayerInfo {
  /** Bytes of file content. */
  bytes: number;
  /** Bytes of the uncompressed archive. */
  archiveBytes: number;
  entries: number;
  /** False until the disk has it, where nobody waited for that (see Flush). */
  flushed?: boolean | undefined;
  /** Bytes on disk, once somebody counted them. */
  diskBytes?: number | undefined;
  /** Directories that the archive does not list, see EmitterResult. */
  implied?: readonly string[] | undefined;
  /** Set when the tree was found to differ from its archive: it is made anew as soon as somebody brings the blob. */
  damaged?: string | undefined;
}

const NAME = /^[0-9a-f]{64}$/;
/** Documents of layers read at a time while the store opens. */
const READS_AT_ONCE = 32;

/** Unpacked layers by diff id (64 hex), with what is known of each. A layer of an older store may be there without that. */
export class LayerStore {
  readonly #paths: StorePaths;
  readonly #present: Set<string>;
  readonly #info: Map<string, LayerInfo>;

  private constructor(paths: StorePaths, present: Set<string>, info: Map<string, LayerInfo>) {
    this.#paths = paths;
    this.#present = present;
    this.#info = info;
  }

  static async open(paths: StorePaths): Promise<LayerStore> {
    const present = (await readdir(paths.layers, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
      .map(({ name }) => name);
    const names = (await readdir(paths.layerInfo)).filter((name) => NAME.test(name));
    const info = new Map<string, LayerInfo>();
    const next = names.values();
    const read = async () => {
      for (const name of next) {
        info.set(name, parseInfo(await readFile(join(paths.layerInfo, name), 'utf8')));
      }
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, read));
    return new LayerStore(paths, new Set(present), info);
  }

  /** Whether the tree is there, damaged or not. */
  has(diffId: string): boolean {
    return this.#present.has(diffId);
  }

  /** Whether the tree is there and not known to be damaged. */
  isSound(diffId: string): boolean {
    return this.#present.has(diffId) && this.#info.get(diffId)?.damaged === undefined;
  }

  info(diffId: string): LayerInfo | undefined {
    return this.#info.get(diffId);
  }

  list(): string[] {
    return [...this.#present];
  }

  path(diffId: string): string {
    return join(this.#paths.layers, diffId);
  }

  /** An unpacked tree becomes the layer, with what is known of it; `flushed` unless that says that the disk does not have it yet. */
  async adopt(tree: string, diffId: string, info: LayerInfo): Promise<void> {
    const durable = info.flushed !== false;
    // Before the tree: one with an empty note beside it is known for what it is.
    await this.#write(diffId, info, durable);
    await rename(tree, this.path(diffId));
    if (durable) await syncDirectory(this.#paths.layers);
    this.#present.add(diffId);
  }

  /** A blob of the layer came that the disk does not have yet. */
  async setUnflushed(diffId: string): Promise<void> {
    const info = this.#info.get(diffId);
    if (info) await this.#write(diffId, { ...info, flushed: false }, false);
  }

  /** The disk has the layer and its blobs. */
  async setFlushed(diffId: string): Promise<void> {
    const info = this.#info.get(diffId);
    if (!info) return;
    const { flushed: _, ...rest } = info;
    await this.#write(diffId, rest, false);
  }

  /** Remembers that the tree is not what it should be. */
  async markDamaged(diffId: string, damaged: string): Promise<void> {
    await this.#write(diffId, { ...(this.#info.get(diffId) ?? UNKNOWN), damaged }, true);
  }

  /** Remembers what the tree takes on disk. */
  async setDiskBytes(diffId: string, diskBytes: number): Promise<void> {
    const info = this.#info.get(diffId);
    if (info) await this.#write(diffId, { ...info, diskBytes }, false);
  }

  /** Forgets a layer; `take` moves its tree away. */
  async remove(diffId: string, take: (path: string) => Promise<void>): Promise<void> {
    this.#present.delete(diffId);
    await take(this.path(diffId));
    await rm(this.#infoPath(diffId), { force: true });
    this.#info.delete(diffId);
  }

  async #write(diffId: string, info: LayerInfo, durable: boolean): Promise<void> {
    this.#info.set(diffId, info);
    await writeFileAtomic(this.#infoPath(diffId), JSON.stringify(info), { durable });
  }

  #infoPath(diffId: string): string {
    return join(this.#paths.layerInfo, diffId);
  }
}

const UNKNOWN: LayerInfo = { bytes: 0, archiveBytes: 0, entries: 0 };

/** A document that a power failure emptied stands for a layer that the disk did not have either. */
function parseInfo(text: string): LayerInfo {
  try {
    const { bytes, archiveBytes, entries, flushed, diskBytes, implied, damaged } = JSON.parse(text);
    if (![bytes, archiveBytes, entries].every((value) => Number.isSafeInteger(value))) throw new Error();
    return {
      ...(flushed === false ? { flushed } : {}),
      ...{ bytes, archiveBytes, entries },
      ...(Number.isSafeInteger(diskBytes) ? { diskBytes } : {}),
      ...(isTexts(implied) ? { implied } : {}),
      ...(typeof damaged === 'string' ? { damaged } : {}),
    };
  } catch {
    return { ...UNKNOWN, flushed: false };
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
