import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import type { EngineContext } from '../context.ts';
import { volumeUsers } from './users.ts';
import { parseVolumeRecord } from './volume.ts';

/**
 * What the last agent was in the middle of: volumes whose making or removing was cut off. Files are never deleted here; what cannot be
 * explained stays for `box doctor --leaks`.
 */
export async function adoptVolumes(engine: EngineContext): Promise<void> {
  for (const name of readdirSync(engine.paths.volumes)) {
    if (!engine.volumes.has(name)) await adoptDirectory(engine, name);
  }
  const users = volumeUsers(engine);
  for (const { name } of [...engine.volumes.values()]) {
    if (existsSync(engine.paths.volumeData(name))) continue;
    // A removal was cut off after its first step; one that containers want is somebody else's doing.
    if (!users.has(name)) engine.volumes.forget(name);
    else engine.logger.error({ volume: name }, 'the files of a volume are gone');
  }
}

async function adoptDirectory(engine: EngineContext, name: string): Promise<void> {
  try {
    if (existsSync(engine.paths.volumeRecord(name))) {
      engine.volumes.restore(parseVolumeRecord(readFileSync(engine.paths.volumeRecord(name), 'utf8'), name));
      engine.logger.info({ volume: name }, 'a volume that the database did not know was taken up');
      return;
    }
    // Cut off before its record: nothing was ever in it. rmdir leaves what is not empty.
    if (existsSync(engine.paths.volumeData(name))) await rmdir(engine.paths.volumeData(name));
    await rmdir(engine.paths.volume(name));
  } catch (error) {
    engine.logger.warn({ err: error, volume: name }, 'a directory among the volumes is none');
  }
}
