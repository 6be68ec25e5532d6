import type { Download, SaveRequest } from '@boxyard/api';
import { type Image, normalizeReference } from '@boxyard/spec';
import { saveDocker, saveLayout } from '@boxyard/storage';
import type { EngineContext } from '../context.ts';

/** Images as one archive that streams. What is wrong with a name is said before the first byte. */
export function saveImages(engine: EngineContext, request: SaveRequest): Download {
  const saved = new Map<string, { image: Image; tags: Set<string> }>();
  for (const reference of request.images) {
    const image = engine.images.resolve(reference);
    const entry = saved.get(image.id) ?? { image, tags: new Set() };
    const name = normalizeReference(reference);
    // An image that was asked for by its id goes without names.
    if (name !== undefined && image.tags.includes(name)) entry.tags.add(name);
    saved.set(image.id, entry);
  }
  const images = [...saved.values()].map(({ image, tags }) => ({ image, tags: [...tags].sort() }));
  return {
    fileName: `${fileNameOf(request.images)}.tar`,
    contentType: 'application/x-tar',
    chunks: held(engine, images, request.format === 'oci' ? saveLayout : saveDocker),
  };
}

/** Removing the images meanwhile takes nothing away from what is on its way out. */
async function* held(
  engine: EngineContext,
  images: Parameters<typeof saveDocker>[1],
  save: typeof saveDocker,
): AsyncGenerator<Uint8Array> {
  using lease = engine.images.lease();
  for (const { image } of images) engine.images.hold(lease, image);
  yield* save(engine.images, images);
}

function fileNameOf([first = 'images', ...others]: readonly string[]): string {
  return others.length > 0 ? 'images' : first.replace(/[^\w.-]+/g, '_');
}
