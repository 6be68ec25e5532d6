import { type Image, type ImageConfig, platformOf } from '@boxyard/spec';
import { BUILTIN_TAG, builtinArchive, builtinConfig } from '../builtin/busybox.ts';
import type { LayerSource, UnpackOptions } from '../layers/unpack-layer.ts';
import { formatImageConfig, type HistoryLine, parseImageConfig } from '../oci/image-config.ts';
import type { AddedLayer } from '../store/intake.ts';
import type { Lease } from '../store/lease.ts';
import { Mutex } from '../store/mutex.ts';
import { findImports } from './find.ts';
import { importFailure, parseName } from './names.ts';

export interface ImportOptions extends UnpackOptions {
  /** A line for each thing that was left out (attributes of the host, sockets). */
  onWarning?: ((message: string) => void) | undefined;
}

export interface ImportWish {
  /** `name[:tag]`; for a path the default is its name without the ending. */
  name?: string | undefined;
  /** Wins over what an image.json says. */
  config?: Partial<ImageConfig> | undefined;
}

/** What an import needs of the store. */
export interface ImportTarget {
  list(): Image[];
  lease(): Lease;
  add(lease: Lease, source: LayerSource, options: UnpackOptions): Promise<AddedLayer>;
  create(
    lease: Lease,
    wish: {
      layers: readonly AddedLayer[];
      config: ImageConfig;
      history: readonly HistoryLine[];
      createdAt: number;
      tag: string;
    },
  ): Promise<Image>;
  setTag(image: Image, tag: string): Promise<Image>;
  /** Whether the blobs of all its layers are there. */
  isWhole(image: Image): Promise<boolean>;
}

/** Makes images of root file systems: archives, directories, and the host's busybox. */
export class Importer {
  readonly #store: ImportTarget;
  readonly #naming = new Mutex();
  #builtin: Promise<Image> | undefined;

  constructor(store: ImportTarget) {
    this.#store = store;
  }

  /** See ImageStore.importPath. */
  async path(path: string, wish: ImportWish, options: ImportOptions): Promise<Image[]> {
    const images: Image[] = [];
    try {
      for (const found of await findImports(path, wish)) {
        images.push(await this.#import(found.source, found, options));
      }
    } catch (error) {
      throw importFailure(error, path);
    }
    return images;
  }

  /** See ImageStore.importStream. */
  async stream(
    chunks: AsyncIterable<Uint8Array>,
    wish: ImportWish & { name: string },
    options: ImportOptions,
  ): Promise<Image> {
    try {
      const what = { tag: parseName(wish.name), config: wish.config ?? {}, createdBy: 'box import -' };
      return await this.#import({ kind: 'stream', chunks }, what, options);
    } catch (error) {
      throw importFailure(error, wish.name);
    }
  }

  /** See ImageStore.ensureBuiltin. */
  async builtin(): Promise<Image> {
    const present = this.#store.list().find(({ tags }) => tags.includes(BUILTIN_TAG));
    if (present) return present;
    this.#builtin ??= this.#makeBuiltin().finally(() => {
      this.#builtin = undefined;
    });
    return this.#builtin;
  }

  async #makeBuiltin(): Promise<Image> {
    try {
      const { chunks, createdBy } = await builtinArchive();
      const what = { tag: BUILTIN_TAG, config: builtinConfig(), createdBy };
      return await this.#import({ kind: 'stream', chunks }, what, {});
    } catch (error) {
      throw importFailure(error, BUILTIN_TAG);
    }
  }

  async #import(
    source: LayerSource,
    what: { tag: string; config: ImageConfig; createdBy: string },
    options: ImportOptions,
  ): Promise<Image> {
    using lease = this.#store.lease();
    const layer = await this.#store.add(lease, source, options);
    for (const warning of layer.warnings) options.onWarning?.(warning);
    // One after the other: two imports of the same content are one image.
    return await this.#naming.run(async () => {
      const same = await this.#sameContent(layer, what.config);
      if (same) return this.#store.setTag(same, what.tag);
      const createdAt = Date.now();
      const line = { createdAt: new Date(createdAt).toISOString(), createdBy: what.createdBy };
      return this.#store.create(lease, {
        layers: [layer],
        config: what.config,
        history: [{ ...line, comment: '', author: '', emptyLayer: false }],
        createdAt,
        tag: what.tag,
      });
    });
  }

  /** An image that was made of this layer alone, with this configuration: it is that one again. */
  async #sameContent({ diffId }: AddedLayer, config: ImageConfig): Promise<Image | undefined> {
    const asRead = JSON.stringify(readBack(config));
    for (const image of this.#store.list()) {
      if (image.layers.join() !== diffId || JSON.stringify(image.config) !== asRead) continue;
      // An older store kept no blob: the new image has one, and takes the name.
      if (await this.#store.isWhole(image)) return image;
    }
    return undefined;
  }
}

/** A configuration as a store gives it back: without what says nothing. */
function readBack(config: ImageConfig): ImageConfig {
  const description = { createdAt: 0, author: '', platform: platformOf(process.arch), history: [] };
  return parseImageConfig(formatImageConfig({ ...description, config, diffIds: [] }), '').config;
}
