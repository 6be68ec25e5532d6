import type { PruneReport, PruneVolumesRequest } from '@boxyard/api';
import { assertOpen, type EngineContext } from '../context.ts';
import type { VolumeRow } from '../database/schema.ts';
import { drop } from './remove.ts';
import { volumeUsers } from './users.ts';

/** Removes volumes that no container mounts: those made for containers, with `all` named ones too. `dryRun` only says which. */
export async function pruneVolumes(
  engine: EngineContext,
  { all, labels, dryRun, assumeRemoved }: PruneVolumesRequest,
): Promise<PruneReport> {
  assertOpen(engine);
  using _held = await engine.volumes.changes.acquire();
  const users = volumeUsers(engine, dryRun ? assumeRemoved : []);
  const unused = [...engine.volumes.values()].filter(
    (row) =>
      (all || row.anonymous) &&
      labels.every((label) => hasLabel(row, label)) &&
      !users.has(row.name) &&
      !engine.volumes.isHeld(row.name),
  );
  const items = await Promise.all(
    unused.map(async ({ name }) => ({
      kind: 'volume' as const,
      id: name,
      name,
      bytes: await engine.images.usage(engine.paths.volumeData(name)),
    })),
  );
  if (!dryRun) for (const { name } of items) await drop(engine, name);
  return { items, reclaimed: items.reduce((sum, { bytes }) => sum + bytes, 0), dryRun };
}

/** `key` or `key=value`. */
function hasLabel({ labels }: VolumeRow, wanted: string): boolean {
  const [key = '', value] = wanted.split(/=(.*)/s, 2);
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
}
