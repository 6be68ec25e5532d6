import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import { volumeNames } from './users.ts';

/** Fills the container's new, empty volumes with what its image has in their places. Under the container's lock. */
export async function fillVolumes(engine: EngineContext, container: Container): Promise<void> {
  for (const name of volumeNames(container.row.config.mounts)) {
    if (engine.volumes.isUnfilled(name)) await engine.volumes.markFilled(name);
  }
}
