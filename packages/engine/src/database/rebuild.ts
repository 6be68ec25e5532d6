import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { readRecord } from '../containers/record-file.ts';
import type { Paths } from '../paths.ts';
import { parseVolumeRecord } from '../volumes/volume.ts';
import { type Database, openDatabase } from './open.ts';
import { containers, volumes } from './schema.ts';

export interface RebuildResult {
  restored: { id: string; name: string }[];
  /** Names of the volumes that are known again. */
  volumes: string[];
  /** Directories that hold no readable record, and why. */
  skipped: { id: string; why: string }[];
  /** Where the old database went. */
  kept: string | null;
}

/**
 * Makes a new database from the container.json and volume.json files; the old one is moved aside, never deleted. What runs is found by the next agent
 * (adoption looks at the run directories, not at these states). Call it under the root's lock.
 */
export async function rebuildDatabase(paths: Paths, now = new Date()): Promise<RebuildResult> {
  const kept = moveAside(paths.database, now);
  using database = openDatabase(paths);
  const result: RebuildResult = { restored: [], volumes: [], skipped: [], kept };
  const names = new Set<string>();
  for (const id of readdirSync(paths.containers)) {
    try {
      const row = await readRecord(paths.containerRecord(id));
      if (row.id !== id) throw new Error(`its record is of ${row.id}`);
      // Two records with one name: a rename was under way when the machine went down.
      const name = names.has(row.name) ? `${row.name}-${id.slice(0, 6)}` : row.name;
      database.orm
        .insert(containers)
        .values({ ...row, name })
        .run();
      names.add(name);
      result.restored.push({ id, name });
    } catch (error) {
      result.skipped.push({ id, why: (error as Error).message });
    }
  }
  restoreVolumes(database, paths, result);
  return result;
}

function restoreVolumes(database: Database, paths: Paths, result: RebuildResult): void {
  for (const name of readdirSync(paths.volumes)) {
    try {
      const row = parseVolumeRecord(readFileSync(paths.volumeRecord(name), 'utf8'), name);
      database.orm.insert(volumes).values(row).run();
      result.volumes.push(name);
    } catch (error) {
      result.skipped.push({ id: `volume ${name}`, why: (error as Error).message });
    }
  }
}

function moveAside(database: string, now: Date): string | null {
  if (!existsSync(database)) return null;
  const kept = `${database}.damaged-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(database, kept);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(database + suffix)) renameSync(database + suffix, kept + suffix);
  }
  return kept;
}
