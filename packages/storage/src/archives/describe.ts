import { BoxError, type Image } from '@boxyard/spec';
import { type LayerDescriptor, parseManifest } from '../oci/documents.ts';
import { type HistoryLine, parseImageConfig } from '../oci/image-config.ts';
import type { LayerInfo } from '../store/layers.ts';

/** What of the store is read to describe an image or write it out. Digests are 64 hex digits. */
export interface ImageSource {
  /** The two documents, byte by byte as they came. */
  documents(image: Image): Promise<{ manifest: Buffer; config: Buffer }>;
  hasBlob(digest: string): Promise<boolean>;
  readBlob(digest: string): AsyncIterable<Uint8Array>;
  layerInfo(diffId: string): LayerInfo | undefined;
}

/** An image with what its documents say of it. */
export interface DescribedImage {
  image: Image;
  manifest: Buffer;
  /** Of the manifest. */
  mediaType: string;
  config: Buffer;
  /** Lowest first. */
  layers: LayerDescriptor[];
  /** Oldest first. */
  history: readonly HistoryLine[];
}

/** Reads an image's documents. Throws BoxError: DAMAGED, UNSUPPORTED when the archive of a layer was not kept. */
export async function describeImage(source: ImageSource, image: Image): Promise<DescribedImage> {
  const name = image.tags[0] ?? image.id.slice(0, 12);
  const { manifest, config } = await source.documents(image);
  const { mediaType, layers } = parseManifest(manifest, `the manifest of ${name}`);
  for (const { digest } of layers) {
    if (await source.hasBlob(digest)) continue;
    throw new BoxError('UNSUPPORTED', `the archive of layer ${digest.slice(0, 12)} of ${name} was not kept`, {
      hint: 'get the image again (box pull, box load or box import): archives of layers are kept since then',
    });
  }
  return {
    image,
    manifest,
    mediaType,
    config,
    layers: layers.map(({ digest, mediaType, size }, at) => ({
      digest,
      mediaType,
      size,
      diffId: image.layers[at] as string,
    })),
    history: parseImageConfig(config, `the config of ${name}`).history,
  };
}
