import type { VolumeView } from '@boxyard/api';
import type { EngineContext } from '../context.ts';
import type { VolumeRow } from '../database/schema.ts';
import { volumeUsers } from './users.ts';

/** Volumes as procedures answer with them, without their sizes. */
export function volumeViews(engine: EngineContext, rows: Iterable<VolumeRow>): VolumeView[] {
  const users = volumeUsers(engine);
  return [...rows].map(({ name, createdAt, labels, anonymous }) => ({
    name,
    createdAt: new Date(createdAt).toISOString(),
    labels,
    anonymous,
    path: engine.paths.volumeData(name),
    containers: (users.get(name) ?? []).map((container) => container.name),
    bytes: null,
  }));
}

/** Adds what the files take on disk: a walk through each. */
export async function withSizes(engine: EngineContext, views: readonly VolumeView[]): Promise<VolumeView[]> {
  return Promise.all(views.map(async (view) => ({ ...view, bytes: await engine.images.usage(view.path) })));
}
