import type { ImageView } from '@boxyard/api';
import { type Image, isAlive } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';

type Users = Pick<EngineContext, 'containers'>;

/** Names of the containers made from an image. */
export function usersOf({ containers }: Users, imageId: string): string[] {
  return [...containers.values()].filter(({ row }) => row.imageId === imageId).map(({ name }) => name);
}

/** How many containers (but these) were made from each image. */
export function userCounts({ containers }: Users, without: readonly string[] = []): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id, row } of containers.values()) {
    if (row.imageId !== null && !without.includes(id))
      counts.set(row.imageId, (counts.get(row.imageId) ?? 0) + 1);
  }
  return counts;
}

/** Names of the containers that run on a layer (diff id). */
export function runningOn(
  { containers, images }: Pick<EngineContext, 'containers' | 'images'>,
  diffId: string,
) {
  const having = new Set(
    images
      .list()
      .filter(({ layers }) => layers.includes(diffId))
      .map(({ id }) => id),
  );
  return [...containers.values()]
    .filter(({ row, state }) => row.imageId !== null && having.has(row.imageId) && isAlive(state))
    .map(({ name }) => name);
}

/** Images as procedures answer with them. */
export function imageViews(engine: EngineContext, images: readonly Image[]): ImageView[] {
  const counts = userCounts(engine);
  return images.map((image) => ({
    ...image,
    containers: counts.get(image.id) ?? 0,
    sharedSize: engine.images.sharedSize(image),
  }));
}
