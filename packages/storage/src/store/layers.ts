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
  /** Bytes on disk, once somebody counted them. */
  diskBytes?: number | undefined;
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
        const parsed = parseInfo(await readFile(join(paths.layerInfo, name), 'utf8'));
        if (parsed) info.set(name, parsed);
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

  /** An unpacked tree that is on disk becomes the layer, with what is known of it. */
  async adopt(tree: string, diffId: string, info: LayerInfo): Promise<void> {
    await writeFileAtomic(this.#infoPath(diffId), JSON.stringify(info));
    await rename(tree, this.path(diffId));
    await syncDirectory(this.#paths.layers);
    this.#info.set(diffId, info);
    this.#present.add(diffId);
  }

  /** Remembers that the tree is not what it should be. */
  async markDamaged(diffId: string, damaged: string): Promise<void> {
    const info = { ...(this.#info.get(diffId) ?? { bytes: 0, archiveBytes: 0, entries: 0 }), damaged };
    await writeFileAtomic(this.#infoPath(diffId), JSON.stringify(info));
    this.#info.set(diffId, info);
  }

  /** Remembers what the tree takes on disk. */
  async setDiskBytes(diffId: string, diskBytes: number): Promise<void> {
    const known = this.#info.get(diffId);
    if (!known) return;
    const info = { ...known, diskBytes };
    this.#info.set(diffId, info);
    await writeFileAtomic(this.#infoPath(diffId), JSON.stringify(info));
  }

  /** Forgets a layer; `take` moves its tree away. */
  async remove(diffId: string, take: (path: string) => Promise<void>): Promise<void> {
    this.#present.delete(diffId);
    await take(this.path(diffId));
    await rm(this.#infoPath(diffId), { force: true });
    this.#info.delete(diffId);
  }

  #infoPath(diffId: string): string {
    return join(this.#paths.layerInfo, diffId);
  }
}

/** A document that cannot be read is as good as none: sizes are missing, nothing else. */
function parseInfo(text: string): LayerInfo | undefined {
  try {
    const { bytes, archiveBytes, entries, diskBytes, damaged } = JSON.parse(text);
    if (![bytes, archiveBytes, entries].every((value) => Number.isSafeInteger(value))) return undefined;
    return {
      ...{ bytes, archiveBytes, entries },
      ...(Number.isSafeInteger(diskBytes) ? { diskBytes } : {}),
      ...(typeof damaged === 'string' ? { damaged } : {}),
    };
  } catch {
    return undefined;
  }
}
