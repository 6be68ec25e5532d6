import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxError, type Image } from '@boxyard/spec';
import { importFailure } from '../imports/names.ts';
import type { LayerSource } from '../layers/unpack-layer.ts';
import { formatManifest, type LayerDescriptor, parseManifest } from '../oci/documents.ts';
import { damaged } from '../oci/parse.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { Lease } from '../store/lease.ts';
import type { TarLimits } from '../tar/limits.ts';
import { sourceFailure } from '../unpack/tree.ts';
import { DOCKER_MANIFEST } from './docker-archive.ts';
import { LAYOUT_INDEX } from './image-layout.ts';
import { type FoundImage, type FoundLayer, findImages, noImages } from './load.ts';
import { Spool } from './spool.ts';

/** By path an archive or a directory with the same files; or an archive as it arrives. */
export type LoadSource =
  | { kind: 'path'; path: string }
  | { kind: 'stream'; chunks: AsyncIterable<Uint8Array> };

export interface LoadOptions {
  signal?: AbortSignal | undefined;
  limits?: TarLimits;
}

/** An image that was taken in, and the names that the archive gave it. */
export interface LoadedImage {
  image: Image;
  tags: readonly string[];
}

/**
 * Takes in the images of an archive: what `docker save`, `podman save`, skopeo and buildx write, plain or compressed. All of them or
 * none: nothing is named before every layer is there. Throws BoxError.
 */
export async function loadImages(
  store: ImageStore,
  source: LoadSource,
  options: LoadOptions = {},
): Promise<LoadedImage[]> {
  try {
    await using scratch = await store.scratch();
    const spool = await Spool.fill(scratch.path, await layerSource(source), options);
    const found = await findImages(spool);
    using lease = store.lease();
    const intake = new Intake(store, lease, options.signal);
    const manifests: Buffer[] = [];
    for (const image of found) manifests.push(await intake.take(image));
    const loaded: LoadedImage[] = [];
    for (const [at, { tags }] of found.entries()) {
      const [tag, ...others] = tags;
      const image = await store.addImage(lease, { manifest: manifests[at] as Buffer, tag });
      for (const other of others) await store.tag(image.id, other);
      loaded.push({ image, tags });
    }
    return loaded;
  } catch (error) {
    throw importFailure(error, source.kind === 'path' ? source.path : undefined, 'load');
  }
}

async function layerSource(source: LoadSource): Promise<LayerSource> {
  if (source.kind === 'stream') return source;
  const { path } = source;
  const status = await stat(path).catch((error) => {
    throw sourceFailure(error, path);
  });
  if (!status.isDirectory()) return { kind: 'file', path };
  // A wrong directory can be all of a disk: it is not read before it looks right.
  const there = await Promise.all(
    [LAYOUT_INDEX, DOCKER_MANIFEST].map((name) => stat(join(path, name)).then(Boolean, () => false)),
  );
  if (!there.includes(true)) throw noImages();
  return { kind: 'directory', path };
}

/** Puts what was found into the store, under one lease. */
class Intake {
  readonly #store: ImageStore;
  readonly #lease: Lease;
  readonly #signal: AbortSignal | undefined;
  /** Layers of docker-archives by diff id, which images of one archive share. */
  readonly #added = new Map<string, Promise<LayerDescriptor>>();

  constructor(store: ImageStore, lease: Lease, signal: AbortSignal | undefined) {
    this.#store = store;
    this.#lease = lease;
    this.#signal = signal;
  }

  /** Config and layers are in the store when this resolves with the manifest to keep. */
  async take({ manifest, config, id, layers }: FoundImage): Promise<Buffer> {
    await this.#store.putDocument(this.#lease, config, id);
    if (manifest) {
      await together(this.#signal, layers, async ({ member, blob, diffId }, signal) => {
        if (blob) await this.#store.ensureLayer(this.#lease, { ...blob, diffId }, member.open, { signal });
      });
      return manifest;
    }
    const known = await this.#known(id);
    if (known) return known;
    const added = await together(this.#signal, layers, (layer, signal) => this.#add(layer, signal));
    return formatManifest({ digest: id, size: config.length }, added);
  }

  /** The manifest of an image that is here already, whole: it keeps the digest that a registry knows it by. */
  async #known(id: string): Promise<Buffer | undefined> {
    const image = this.#store.list().find((one) => one.id === id);
    if (!image) return undefined;
    this.#store.hold(this.#lease, image);
    try {
      const { manifest } = await this.#store.documents(image);
      const { layers } = parseManifest(manifest, 'its manifest');
      await together(this.#signal, layers, ({ digest, mediaType, size }, signal, at) => {
        const layer = { digest, mediaType, size, diffId: image.layers[at] as string };
        // A tree that was damaged is made anew of the blob.
        return this.#store.ensureLayer(this.#lease, layer, () => this.#store.readBlob(digest), { signal });
      });
      return manifest;
    } catch (error) {
      if (error instanceof BoxError && error.code === 'DAMAGED') return undefined;
      throw error;
    }
  }

  #add(layer: FoundLayer, signal: AbortSignal): Promise<LayerDescriptor> {
    const before = this.#added.get(layer.diffId);
    if (before) return before;
    const adding = this.#addLayer(layer, signal);
    this.#added.set(layer.diffId, adding);
    return adding;
  }

  async #addLayer({ member, diffId }: FoundLayer, signal: AbortSignal): Promise<LayerDescriptor> {
    const layer = await this.#store.addLayer(this.#lease, member.open(), { signal });
    if (layer.diffId === diffId) return layer;
    throw damaged(
      `layer '${member.name}'`,
      `has the digest sha256:${layer.diffId}, its config says sha256:${diffId}`,
    );
  }
}

/** All at once, as far as the store's slots go. The first failure ends the others, and is thrown once they have ended. */
async function together<T, R>(
  signal: AbortSignal | undefined,
  all: readonly T[],
  work: (one: T, signal: AbortSignal, at: number) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const running = all.map((one, at) => work(one, either, at));
  try {
    return await Promise.all(running);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(running);
    throw error;
  }
}
