import { isAlive } from '@boxyard/spec';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import { removeAnonymous } from '../volumes/remove.ts';
import { volumeNames } from '../volumes/users.ts';
import type { Container } from './container.ts';
import { killAll } from './stop.ts';
import { endSupervision } from './supervision.ts';
import { tellContainer } from './tell.ts';

/** Removes a container with its file system and log. `force`: kills it first if it runs. `volumes`: those made for it alone go too. */
export async function removeContainer(
  engine: EngineContext,
  reference: string,
  { force, volumes = false }: { force: boolean; volumes?: boolean | undefined },
): Promise<void> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  if (container.state !== 'removing') container.assertCan(force ? 'force-remove' : 'remove');
  // A stop under way holds the lock for as long as the program takes: by force it ends now. A start is waited for.
  if (force && isAlive(container.state) && container.state !== 'starting') await killAll(engine, container);
  using _held = await container.lock.acquire();
  // Somebody else, or `--rm`, was faster: that is what was asked for.
  if (container.gone) return;
  container.assertCan(force ? 'force-remove' : 'remove');
  if (isAlive(container.state)) await killAll(engine, container);
  await removeLocked(engine, container, { volumes });
}

/**
 * Takes everything of an ended container away, under its lock. The row goes last: what is cut off on the way is finished by the next agent,
 * which finds the state `removing`.
 */
export async function removeLocked(
  engine: EngineContext,
  container: Container,
  { volumes }: { volumes: boolean } = { volumes: false },
): Promise<void> {
  engine.containers.update(container, { state: 'removing' });
  await endSupervision(engine, container);
  await container.tidied;
  await engine.images.removeTree(engine.paths.container(container.id));
  engine.containers.remove(container);
  tellContainer(engine, container, { action: 'destroy' });
  if (volumes) await removeAnonymous(engine, volumeNames(container.row.config.mounts));
}
