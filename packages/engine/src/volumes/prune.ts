import type { PruneReport, PruneVolumesRequest } from '@boxyard/api';
import { assertOpen, type EngineContext } from '../context.ts';
import type { VolumeRow } from '../database/schema.ts';
import { drop } from './remove.ts';
import { volumeUsers } from './users.ts';

/** Removes volumes that no container mounts: those made for containers, with `all` named ones too. `dryRun` only says which. */
export async function pruneVolumes(
  engine: EngineContext,
  request: PruneVolumesRequest,
): Promise<PruneReport> {
  assertOpen(engine);
  const found = await Promise.all(
    unused(engine, request).map(async ({ name }) => ({
      kind: 'volume' as const,
      id: name,
      name,
      bytes: await engine.images.usage(engine.paths.volumeData(name)),
    })),
  );
  const items = request.dryRun ? found : await dropAll(engine, request, found);
  const reclaimed = items.reduce((sum, { bytes }) => sum + bytes, 0);
  return { items, reclaimed, dryRun: request.dryRun };
}

/** To measure them takes a while: one that somebody mounted meanwhile stays. */
async function dropAll<Item extends { name: string }>(
  engine: EngineContext,
  request: PruneVolumesRequest,
  items: readonly Item[],
): Promise<Item[]> {
  using _held = await engine.volumes.changes.acquire();
  const still = new Set(unused(engine, request).map(({ name }) => name));
  const going = items.filter(({ name }) => still.has(name));
  for (const { name } of going) await drop(engine, name);
  return going;
}

function unused(engine: EngineContext, request: PruneVolumesRequest): VolumeRow[] {
  const { all, labels, dryRun, assumeRemoved } = request;
  const users = volumeUsers(engine, dryRun ? assumeRemoved : []);
  return [...engine.volumes.values()].filter(
    (row) =>
      (all || row.anonymous) &&
      labels.every((label) => hasLabel(row, label)) &&
      !users.has(row.name) &&
      !engine.volumes.isHeld(row.name),
  );
}

/** `key` or `key=value`. */
function hasLabel({ labels }: VolumeRow, wanted: string): boolean {
  const [key = '', value] = wanted.split(/=(.*)/s, 2);
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
}
