import { readdir } from 'node:fs/promises';
import type { Image } from '@boxyard/spec';
import type { BlobStore } from './blobs.ts';
import type { Catalog } from './catalog.ts';
import type { LayerStore } from './layers.ts';
import { Lease } from './lease.ts';
import type { Mutex } from './mutex.ts';
import type { ParentDirectories } from './parents.ts';
import type { Trash } from './trash.ts';

interface Parts {
  /** Where layers lie. */
  directory: string;
  catalog: Catalog;
  blobs: BlobStore;
  layers: LayerStore;
  parents: ParentDirectories;
  trash: Trash;
  changes: Mutex;
  onFailure: (error: unknown) => void;
}

/** Blobs and layers on disk, by 64 hex digits. */
export interface Files {
  layers: readonly string[];
  blobs: readonly string[];
}

/** Takes away what no image and no lease needs. All but `lease` and `isHeld` is for who holds the store's lock. */
export class Collector {
  readonly #parts: Parts;
  readonly #leases = new Set<Lease>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What nobody needs of what it held goes when it ends. */
  lease(): Lease {
    return new Lease(this.#leases, (lease) => void this.#release(lease));
  }

  /** Somebody pulls, pushes or saves it, or makes a container of it. */
  isHeld({ id }: Image): boolean {
    return [...this.#leases].some((lease) => lease.hasBlob(id));
  }

  /** What no image (but these) and no lease needs. Nothing when that cannot be known. */
  async unneeded(without: readonly Image[] = []): Promise<Files> {
    const { directory, blobs } = this.#parts;
    return this.#unneededOf({ layers: await readdir(directory), blobs: await blobs.list() }, without);
  }

  async collect(): Promise<void> {
    await this.#remove(await this.unneeded());
  }

  #unneededOf(files: Files, without: readonly Image[] = []): Files {
    const needed = this.#parts.catalog.needed(without);
    if (!needed) return { layers: [], blobs: [] };
    const leases = [...this.#leases];
    return {
      layers: files.layers.filter(
        (diffId) => !needed.layers.has(diffId) && !leases.some((lease) => lease.hasLayer(diffId)),
      ),
      blobs: files.blobs.filter(
        (digest) => !needed.blobs.has(digest) && !leases.some((lease) => lease.hasBlob(digest)),
      ),
    };
  }

  /** Of what a lease held that which nobody needs, as a pull leaves it that failed. In the background: leases end where nobody waits. */
  #release({ held }: Lease): Promise<void> {
    return this.#parts.changes
      .run(() => this.#remove(this.#unneededOf(held)))
      .catch((error) => this.#parts.onFailure(error));
  }

  async #remove(files: Files): Promise<void> {
    const { layers, blobs, parents, trash } = this.#parts;
    for (const name of files.layers) {
      if (layers.has(name)) await layers.remove(name, (path) => trash.take(path));
    }
    for (const digest of files.blobs) {
      await blobs.remove(digest);
      // An image's id is the digest of its configuration.
      if (parents.of(digest)) await parents.remove(digest, (path) => trash.take(path));
    }
  }
}
