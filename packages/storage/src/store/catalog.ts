import { readFile } from 'node:fs/promises';
import { BoxError, type Image } from '@boxyard/spec';
import {
  formatIndex,
  type IndexEntry,
  type LayerDescriptor,
  parseIndex,
  parseManifest,
} from '../oci/documents.ts';
import { type ImageDescription, parseImageConfig } from '../oci/image-config.ts';
import type { BlobStore } from './blobs.ts';
import { isMissing, writeFileAtomic } from './files.ts';
import type { LayerStore } from './layers.ts';
import type { StorePaths } from './layout.ts';
import { hasName, isNamed, withoutName } from './names.ts';

/** One of the manifests by which an image is known: another registry may compress the same layers in its own way. */
export interface StoredManifest extends IndexEntry {
  layers: LayerDescriptor[];
}

interface KnownImage {
  image: Image;
  /** What came last is the first. */
  manifests: readonly StoredManifest[];
}

/** Images whose documents are read at a time. */
const READS_AT_ONCE = 32;

interface BrokenEntry {
  entry: IndexEntry;
  error: BoxError;
}

/**
 * Which images there are and what they are called: index.json and its blobs, with a copy in memory. Every change is on disk before it
 * is in memory. Changes must not run at the same time: the store's lock is the caller's to hold.
 */
export class Catalog {
  readonly #paths: StorePaths;
  readonly #blobs: BlobStore;
  readonly #layers: LayerStore;
  #images: readonly KnownImage[] = [];
  /** Entries whose blobs or layers cannot be read: kept in the index until somebody removes or heals them. */
  #broken: readonly BrokenEntry[] = [];
  #users: ReadonlyMap<string, number> | undefined;

  private constructor(paths: StorePaths, parts: { blobs: BlobStore; layers: LayerStore }) {
    this.#paths = paths;
    this.#blobs = parts.blobs;
    this.#layers = parts.layers;
  }

  /** Reads index.json. Throws BoxError DAMAGED when it cannot be understood; an image that cannot be read is set aside (`broken`). */
  static async open(paths: StorePaths, parts: { blobs: BlobStore; layers: LayerStore }): Promise<Catalog> {
    const catalog = new Catalog(paths, parts);
    await catalog.reload();
    return catalog;
  }

  /** Looks again at what is on disk. */
  async reload(): Promise<void> {
    const entries = await readIndex(this.#paths.index);
    const found = new Map<IndexEntry, KnownImage | BoxError>();
    const next = entries.values();
    const readNext = async () => {
      for (const entry of next) found.set(entry, await this.#read(entry).catch(BoxError.from));
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, readNext));
    let images: readonly KnownImage[] = [];
    const broken: BrokenEntry[] = [];
    for (const entry of entries) {
      const one = found.get(entry) as KnownImage | BoxError;
      if (one instanceof BoxError) broken.push({ entry, error: one });
      else images = joined(images, one, 'last');
    }
    this.#images = images;
    this.#broken = broken;
    this.#users = undefined;
  }

  /** Newest first. */
  list(): Image[] {
    return this.#images.map(({ image }) => image).sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Images that the index names but that cannot be read, with the reason. */
  get broken(): readonly { tags: readonly string[]; error: BoxError }[] {
    return this.#broken.map(({ entry, error }) => ({ tags: entry.tags, error }));
  }

  /** The manifests of an image, what came last first. */
  manifests(image: Pick<Image, 'id'>): readonly StoredManifest[] {
    return this.#images.find((known) => known.image.id === image.id)?.manifests ?? [];
  }

  /** How many images have a layer. */
  layerUsers(diffId: string): number {
    this.#users ??= countUsers(this.#images);
    return this.#users.get(diffId) ?? 0;
  }

  /**
   * Makes the image of a manifest known under further names, which any other image loses. Its blobs and layers must be there. Throws
   * BoxError DAMAGED, UNSUPPORTED, INVALID_ARGUMENT for one that contradicts itself.
   */
  async add(
    manifest: { digest: string; size: number },
    names: { tags: string[]; digests: string[] },
  ): Promise<Image> {
    const entry: IndexEntry = { manifest: manifest.digest, mediaType: '', size: manifest.size, ...names };
    const read = await this.#read(entry);
    const others = names.tags.reduce(
      (images, tag) => withoutTag(images, tag, { but: manifest.digest }),
      this.#images,
    );
    const old = names.tags.reduce(brokenWithoutTag, this.#broken);
    // An entry that could not be read and now can is no longer broken: its names are those of this one.
    const healed = old.filter(({ entry: { manifest } }) => manifest === entry.manifest);
    const named: KnownImage = {
      ...read,
      manifests: read.manifests.map((one) =>
        healed.reduce((into, { entry }) => mergeNames(into, entry), one),
      ),
    };
    await this.#write(
      joined(others, named, 'first'),
      old.filter((broken) => !healed.includes(broken)),
    );
    return this.#byId(read.image.id) as Image;
  }

  /** Gives an image a name, taken from whichever has it. */
  async setTag(image: Image, tag: string): Promise<Image> {
    const [manifest] = this.manifests(image);
    const present = this.#byId(image.id) ?? image;
    if (!manifest || present.tags.includes(tag)) return present;
    const images = joined(
      withoutTag(this.#images, tag),
      { image, manifests: [{ ...manifest, tags: [tag], digests: [] }] },
      'last',
    );
    await this.#write(images, brokenWithoutTag(this.#broken, tag));
    return this.#byId(image.id) ?? image;
  }

  /** Remembers a `name@sha256:…` by which a manifest of an image can be had. */
  async addDigest(image: Image, manifest: string, digest: string): Promise<void> {
    const stored = this.manifests(image).find((one) => one.manifest === manifest);
    if (!stored) return;
    const named = { image, manifests: [{ ...stored, tags: [], digests: [digest] }] };
    await this.#write(joined(this.#images, named, 'last'), this.#broken);
  }

  /** Takes names away, tags and digests; the image stays. */
  async removeNames(image: Image, names: readonly string[]): Promise<Image> {
    const images = this.#images.map((known) =>
      known.image.id === image.id
        ? withManifests(
            known.image,
            known.manifests.map((manifest) => names.reduce(withoutName, manifest)),
          )
        : known,
    );
    await this.#write(images, this.#broken);
    return this.#byId(image.id) ?? image;
  }

  async remove(images: readonly Pick<Image, 'id'>[]): Promise<void> {
    const ids = new Set(images.map(({ id }) => id));
    await this.#write(
      this.#images.filter(({ image }) => !ids.has(image.id)),
      this.#broken,
    );
  }

  /** Forgets what cannot be read under a name; false when there is nothing of that name. */
  async removeBroken(tag: string): Promise<boolean> {
    if (!this.#broken.some(({ entry }) => entry.tags.includes(tag))) return false;
    await this.#write(this.#images, brokenWithoutTag(this.#broken, tag));
    return true;
  }

  /** Layers and blobs that images (but these) need. Undefined when that cannot be known: nothing may be collected then. */
  needed(without: readonly Image[] = []): { layers: Set<string>; blobs: Set<string> } | undefined {
    if (this.#broken.length > 0) return undefined;
    const left = this.#images.filter(({ image }) => !without.includes(image));
    return {
      layers: new Set(left.flatMap(({ image }) => image.layers)),
      blobs: new Set(left.flatMap(blobsOf)),
    };
  }

  #byId(id: string): Image | undefined {
    return this.#images.find(({ image }) => image.id === id)?.image;
  }

  async #read(entry: IndexEntry): Promise<KnownImage> {
    const what = entry.tags[0] ?? entry.digests[0] ?? entry.manifest.slice(0, 12);
    const manifest = parseManifest(await this.#blobs.get(entry.manifest), `the manifest of ${what}`);
    const config = parseImageConfig(await this.#blobs.get(manifest.config), `the configuration of ${what}`);
    const { diffIds } = config;
    if (diffIds.length !== manifest.layers.length) {
      throw new BoxError(
        'DAMAGED',
        `${what} names ${manifest.layers.length} layers in its manifest and ${diffIds.length} in its configuration`,
        { hint: 'whoever made it should make it again' },
      );
    }
    for (const diffId of diffIds) {
      if (this.#layers.has(diffId)) continue;
      throw new BoxError('DAMAGED', `layer ${diffId.slice(0, 12)} of ${what} is missing`, {
        hint: `get it again ('box pull', 'box import'); 'box rmi ${what}' forgets it`,
      });
    }
    const layers = manifest.layers.map(({ digest, mediaType, size }, index) => {
      return { digest, mediaType, size, diffId: diffIds[index] as string };
    });
    const sizes = manifest.layers.map(
      ({ unpacked }, index) => this.#layers.info(diffIds[index] as string)?.bytes ?? unpacked ?? 0,
    );
    const image = imageOf(
      manifest.config,
      config,
      sizes.reduce((sum, bytes) => sum + bytes, 0),
    );
    return withManifests(image, [{ ...entry, mediaType: manifest.mediaType, layers }]);
  }

  async #write(images: readonly KnownImage[], broken: readonly BrokenEntry[]): Promise<void> {
    const entries = images.flatMap(({ manifests }) => manifests);
    await writeFileAtomic(this.#paths.index, formatIndex([...entries, ...broken.map(({ entry }) => entry)]));
    this.#images = images;
    this.#broken = broken;
    this.#users = undefined;
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

function imageOf(id: string, config: ImageDescription, size: number): Image {
  return {
    id,
    manifest: '',
    tags: [],
    digests: [],
    platform: config.platform,
    createdAt: config.createdAt,
    size,
    layers: [...config.diffIds],
    config: config.config,
  };
}

/** The image as its manifests name it. A manifest without a name is kept only where there is no other. */
function withManifests(image: Image, manifests: readonly StoredManifest[]): KnownImage {
  const named = manifests.filter(isNamed);
  const kept = named.length > 0 ? named : manifests.slice(0, 1);
  const unique = (names: string[]) => [...new Set(names)].sort();
  return {
    image: {
      ...image,
      manifest: (kept[0] as StoredManifest).manifest,
      tags: unique(kept.flatMap(({ tags }) => tags)),
      digests: unique(kept.flatMap(({ digests }) => digests)),
    },
    manifests: kept,
  };
}

/** The images with one more; one that is there already gets its manifests and names, as its first or last. */
function joined(
  images: readonly KnownImage[],
  added: KnownImage,
  place: 'first' | 'last',
): readonly KnownImage[] {
  const same = images.find(({ image }) => image.id === added.image.id);
  if (!same) return [...images, withManifests(added.image, added.manifests)];
  const fresh: StoredManifest[] = [];
  let manifests = [...same.manifests];
  for (const manifest of added.manifests) {
    const at = manifests.findIndex((one) => one.manifest === manifest.manifest);
    if (at === -1) fresh.push(manifest);
    else if (place === 'last') manifests[at] = mergeNames(manifests[at] as StoredManifest, manifest);
    else fresh.push(mergeNames(manifests.splice(at, 1)[0] as StoredManifest, manifest));
  }
  manifests = place === 'first' ? [...fresh, ...manifests] : [...manifests, ...fresh];
  return images.map((known) => (known === same ? withManifests(known.image, manifests) : known));
}

function mergeNames<T extends IndexEntry>(into: T, from: IndexEntry): T {
  return {
    ...into,
    tags: [...new Set([...into.tags, ...from.tags])],
    digests: [...new Set([...into.digests, ...from.digests])],
  };
}

/** `but`: a manifest that has it and keeps it. */
function withoutTag(
  images: readonly KnownImage[],
  tag: string,
  { but }: { but?: string } = {},
): readonly KnownImage[] {
  return images.map((known) =>
    known.image.tags.includes(tag)
      ? withManifests(
          known.image,
          known.manifests.map((one) => (one.manifest === but ? one : withoutName(one, tag))),
        )
      : known,
  );
}

function brokenWithoutTag(broken: readonly BrokenEntry[], tag: string): readonly BrokenEntry[] {
  return broken.flatMap((one) => {
    if (!hasName(one.entry, tag)) return [one];
    const entry = withoutName(one.entry, tag);
    return isNamed(entry) ? [{ ...one, entry }] : [];
  });
}

function blobsOf({ image, manifests }: KnownImage): string[] {
  return [
    image.id,
    ...manifests.flatMap(({ manifest, layers }) => [manifest, ...layers.map(({ digest }) => digest)]),
  ];
}

function countUsers(images: readonly KnownImage[]): Map<string, number> {
  const users = new Map<string, number>();
  for (const { image } of images) {
    for (const diffId of new Set(image.layers)) users.set(diffId, (users.get(diffId) ?? 0) + 1);
  }
  return users;
}
