import type { ImageView } from '@boxyard/api';
import type { Image } from '@boxyard/spec';
import { type LoadSource, loadImages } from '@boxyard/storage';
import { assertOpen, type EngineContext } from '../context.ts';

/** Takes in what an archive of images holds. The answer names each image by the names that the archive gave it. */
export async function load(
  engine: EngineContext,
  source: LoadSource,
  options: { signal?: AbortSignal | undefined; viewOf: (image: Image) => ImageView },
): Promise<ImageView[]> {
  assertOpen(engine);
  const loaded = await loadImages(engine.images, source, { signal: options.signal });
  for (const { image, tags } of loaded) {
    engine.events.add({ type: 'image', action: 'load', id: image.id, name: tags[0] ?? image.id });
  }
  return loaded.map(({ image, tags }) => ({ ...options.viewOf(image), tags: [...tags] }));
}
