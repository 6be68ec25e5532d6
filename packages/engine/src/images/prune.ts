import type { PruneImagesRequest, PruneReport } from '@boxyard/api';
import { assertOpen, type EngineContext } from '../context.ts';
import { pruneFilter } from '../prune-filter.ts';
import { userCounts } from './view.ts';

/**
 * Removes images without a name, or with `all` every image that no container uses, and layers and blobs that nothing needs. `dryRun`
 * gives the same report and removes nothing.
 */
export async function pruneImages(engine: EngineContext, request: PruneImagesRequest): Promise<PruneReport> {
  assertOpen(engine);
  const { all, dryRun } = request;
  const assumed = dryRun ? request.assumeRemoved : [];
  const passes = pruneFilter(request);
  const pruned = await engine.images.prune(
    ({ id, tags, digests, createdAt, config: { labels = {} } }) =>
      // Counted now, under the store's lock: a container that is being made holds its image in another way.
      !userCounts(engine, assumed).has(id) &&
      (all || tags.length + digests.length === 0) &&
      passes({ createdAt, labels }),
    { dryRun },
  );
  const files = [
    ...pruned.layers.map((layer) => ({ kind: 'layer' as const, name: layer.id.slice(0, 12), ...layer })),
    ...pruned.blobs.map((blob) => ({ kind: 'blob' as const, name: blob.id.slice(0, 12), ...blob })),
  ];
  const images = pruned.images.map(({ id, tags, digests }) => ({
    kind: 'image' as const,
    id,
    name: tags[0] ?? digests[0] ?? id.slice(0, 12),
    // What it takes is in its layers and blobs, each counted once.
    bytes: 0,
  }));
  if (!dryRun) {
    for (const { id, name } of images) engine.events.add({ type: 'image', action: 'delete', id, name });
  }
  return {
    items: [...images, ...files],
    reclaimed: files.reduce((sum, { bytes }) => sum + bytes, 0),
    dryRun,
  };
}
