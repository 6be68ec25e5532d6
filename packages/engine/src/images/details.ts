import type { ImageDetails, ImageHistory, ImageLayer, ImageView } from '@boxyard/api';
import type { Image } from '@boxyard/spec';
import { parseImageConfig, parseManifest } from '@boxyard/storage';
import type { EngineContext } from '../context.ts';

/** Everything about an image: its layers, the steps it was made in, its documents. */
export async function imageDetails(
  engine: EngineContext,
  reference: string,
  viewOf: (image: Image) => ImageView,
): Promise<ImageDetails> {
  const image = engine.images.resolve(reference);
  const { manifest, config } = await engine.images.documents(image);
  const { author, history } = parseImageConfig(config, 'the config');
  const { layers } = parseManifest(manifest, 'the manifest');
  const all = engine.images.list();
  const bytesOf = (diffId: string | undefined) =>
    diffId === undefined ? 0 : (engine.images.layerInfo(diffId)?.bytes ?? 0);
  const makers = history.filter(({ emptyLayer }) => !emptyLayer);
  const layerDetails = await Promise.all(
    layers.map(async ({ digest, mediaType, size }, at): Promise<ImageLayer> => {
      const diffId = image.layers[at] as string;
      return {
        diffId,
        digest: (await engine.images.hasBlob(digest)) ? `sha256:${digest}` : null,
        mediaType,
        archiveBytes: size,
        bytes: bytesOf(diffId),
        images: all.filter((other) => other.layers.includes(diffId)).length,
        createdBy: makers[at]?.createdBy ?? null,
      };
    }),
  );
  let made = 0;
  return {
    ...viewOf(image),
    author,
    layerDetails,
    // Lines that made a layer stand for the layers in their order (image-spec, config.md).
    history: history.map((line): ImageHistory => {
      const bytes = line.emptyLayer ? 0 : bytesOf(image.layers[made++]);
      return { ...line, bytes };
    }),
    usedBy: [...engine.containers.values()]
      .filter(({ row }) => row.imageId === image.id)
      .map(({ name }) => name),
    documents: { config: JSON.parse(config.toString()), manifest: JSON.parse(manifest.toString()) },
  };
}
