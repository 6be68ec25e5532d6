import { readFile } from 'node:fs/promises';
import { BoxError, type Image, platformOf } from '@boxyard/spec';
import {
  formatImageConfig,
  formatIndex,
  formatManifest,
  type ImageDocuments,
  type IndexEntry,
  parseImageConfig,
  parseIndex,
  parseManifest,
} from '../oci/documents.ts';
import { BlobStore } from './blobs.ts';
import { isMissing, writeFileAtomic } from './files.ts';
import type { StorePaths } from './layout.ts';

interface KnownImage {
  image: Image;
  /** Digest of the config blob is the image's id; this is the manifest's size, which the index repeats. */
  manifestBytes: number;
}

/**
 * Which images there are and what they are called: index.json and its blobs, with a copy in memory. Every change is on disk before it
 * is in memory. Changes must not run at the same time: the store's lock is the caller's to hold.
 */
export class Catalog {
  readonly #paths: StorePaths;
  readonly #blobs: BlobStore;
  #images: readonly KnownImage[] = [];
  /** Entries whose blobs or layers cannot be read: kept in the index until somebody removes them. */
  #broken: readonly { entry: IndexEntry; error: BoxError }[] = [];

  private constructor(paths: StorePaths) {
    this.#paths = paths;
    this.#blobs = new BlobStore(paths.blobs);
  }

  /**
   * Reads index.json. Throws BoxError DAMAGED when it cannot be understood; an image that cannot be read is set aside (`broken`).
   * `hasLayer` tells whether a layer is there.
   */
  static async open(paths: StorePaths, hasLayer: (diffId: string) => Promise<boolean>): Promise<Catalog> {
    const catalog = new Catalog(paths);
    const images: KnownImage[] = [];
    const broken: { entry: IndexEntry; error: BoxError }[] = [];
    for (const entry of await readIndex(paths.index)) {
      try {
        images.push(await catalog.#read(entry, hasLayer));
      } catch (error) {
        broken.push({ entry, error: BoxError.from(error) });
      }
    }
    catalog.#images = images;
    catalog.#broken = broken;
    return catalog;
  }

  /** Newest first. */
  list(): Image[] {
    return this.#images.map(({ image }) => image).sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Images that the index names but that cannot be read, with the reason. */
  get broken(): readonly { tags: readonly string[]; error: BoxError }[] {
    return this.#broken.map(({ entry, error }) => ({ tags: entry.tags, error }));
  }

  /** Makes an image known under a name; the same content and configuration again is the same image. Takes the name from any other. */
  async add(documents: ImageDocuments, tag: string): Promise<Image> {
    const same = this.#images.find(({ image }) => isSame(image, documents));
    const id = same?.image.id ?? (await this.#blobs.put(formatImageConfig(documents)));
    if (same) return this.setTag(same.image, tag);
    const config = formatImageConfig(documents);
    const manifest = formatManifest({ digest: id, size: config.length }, documents);
    const image: Image = {
      id,
      manifest: await this.#blobs.put(manifest),
      tags: [tag],
      digests: [],
      platform: platformOf(process.arch),
      createdAt: documents.createdAt,
      size: documents.layers.reduce((sum, { bytes }) => sum + bytes, 0),
      layers: documents.layers.map(({ diffId }) => diffId),
      config: documents.config,
    };
    await this.#write(
      [...withoutTag(this.#images, tag), { image, manifestBytes: manifest.length }],
      brokenWithoutTag(this.#broken, tag),
    );
    return image;
  }

  /** Gives an image a name, taken from whichever has it. */
  async setTag(image: Image, tag: string): Promise<Image> {
    const images = withoutTag(this.#images, tag).map((known) =>
      known.image.id === image.id
        ? { ...known, image: { ...known.image, tags: [...known.image.tags, tag].sort() } }
        : known,
    );
    await this.#write(images, brokenWithoutTag(this.#broken, tag));
    return images.find((known) => known.image.id === image.id)?.image ?? image;
  }

  async removeTags(image: Image, tags: readonly string[]): Promise<void> {
    const images = this.#images.map((known) =>
      known.image.id === image.id
        ? { ...known, image: { ...known.image, tags: known.image.tags.filter((tag) => !tags.includes(tag)) } }
        : known,
    );
    await this.#write(images, this.#broken);
  }

  async remove(image: Image): Promise<void> {
    await this.#write(
      this.#images.filter((known) => known.image.id !== image.id),
      this.#broken,
    );
  }

  /** Forgets what cannot be read under a name; false when there is nothing of that name. */
  async removeBroken(tag: string): Promise<boolean> {
    if (!this.#broken.some(({ entry }) => entry.tags.includes(tag))) return false;
    await this.#write(this.#images, brokenWithoutTag(this.#broken, tag));
    return true;
  }

  /** Layers and blobs that images need. Undefined when that cannot be known: nothing may be collected then. */
  needed(): { layers: Set<string>; blobs: Set<string> } | undefined {
    if (this.#broken.length > 0) return undefined;
    const images = this.#images.map(({ image }) => image);
    return {
      layers: new Set(images.flatMap(({ layers }) => layers)),
      blobs: new Set(images.flatMap(({ id, manifest }) => [id, manifest])),
    };
  }

  get blobs(): BlobStore {
    return this.#blobs;
  }

  async #read(entry: IndexEntry, hasLayer: (diffId: string) => Promise<boolean>): Promise<KnownImage> {
    const what = entry.tags[0] ?? entry.manifest.slice(0, 12);
    const manifest = parseManifest(await this.#blobs.get(entry.manifest), `the manifest of ${what}`);
    const config = parseImageConfig(await this.#blobs.get(manifest.config), `the configuration of ${what}`);
    for (const diffId of config.diffIds) {
      if (await hasLayer(diffId)) continue;
      throw new BoxError('DAMAGED', `layer ${diffId.slice(0, 12)} of ${what} is missing`, {
        hint: `import it again; 'box rmi ${what}' forgets it`,
      });
    }
    return {
      image: {
        id: manifest.config,
        manifest: entry.manifest,
        tags: [...entry.tags].sort(),
        digests: [],
        platform: platformOf(process.arch),
        createdAt: config.createdAt,
        size: manifest.layers.reduce((sum, { bytes }) => sum + bytes, 0),
        layers: config.diffIds,
        config: config.config,
      },
      manifestBytes: entry.size,
    };
  }

  async #write(
    images: readonly KnownImage[],
    broken: readonly { entry: IndexEntry; error: BoxError }[],
  ): Promise<void> {
    const entries = images.map(({ image, manifestBytes }) => ({
      manifest: image.manifest,
      size: manifestBytes,
      tags: image.tags,
    }));
    await writeFileAtomic(this.#paths.index, formatIndex([...entries, ...broken.map(({ entry }) => entry)]));
    this.#images = images;
    this.#broken = broken;
  }
}

async function readIndex(path: string): Promise<IndexEntry[]> {
  try {
    return parseIndex(await readFile(path), path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function withoutTag(images: readonly KnownImage[], tag: string): KnownImage[] {
  return images.map((known) =>
    known.image.tags.includes(tag)
      ? { ...known, image: { ...known.image, tags: known.image.tags.filter((name) => name !== tag) } }
      : known,
  );
}

function brokenWithoutTag(
  broken: readonly { entry: IndexEntry; error: BoxError }[],
  tag: string,
): { entry: IndexEntry; error: BoxError }[] {
  return broken.flatMap((one) => {
    if (!one.entry.tags.includes(tag)) return [one];
    const tags = one.entry.tags.filter((name) => name !== tag);
    return tags.length === 0 ? [] : [{ ...one, entry: { ...one.entry, tags } }];
  });
}

function isSame(image: Image, documents: ImageDocuments): boolean {
  return (
    image.layers.join() === documents.layers.map(({ diffId }) => diffId).join() &&
    JSON.stringify(parseImageConfig(formatImageConfig(documents), '').config) === JSON.stringify(image.config)
  );
}
