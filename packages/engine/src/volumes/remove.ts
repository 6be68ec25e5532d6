import { BoxError } from '@boxyard/spec';
import { assertOpen, type EngineContext } from '../context.ts';
import { tellVolume } from './tell.ts';
import { volumeUsers } from './users.ts';

/**
 * Removes a volume with everything in it. One that a container mounts, running or not, stays: IN_USE names them. `force`: one that is not
 * there is what was asked for.
 */
export async function removeVolume(
  engine: EngineContext,
  name: string,
  { force }: { force: boolean },
): Promise<void> {
  assertOpen(engine);
  using _held = await engine.volumes.changes.acquire();
  if (force && !engine.volumes.has(name)) return;
  engine.volumes.get(name);
  const users = (volumeUsers(engine).get(name) ?? []).map((container) => container.name);
  if (users.length > 0 || engine.volumes.isHeld(name)) {
    throw new BoxError(
      'IN_USE',
      `volume "${name}" is used by ${users.join(', ') || 'a box that is being made'}`,
      {
        hint:
          users.length > 0
            ? `remove ${users.length === 1 ? 'it' : 'them'} first: box rm ${users.join(' ')}`
            : 'try again',
        details: { containers: users },
      },
    );
  }
  await drop(engine, name);
}

/** `rm -v` and `--rm`: of these volumes those that were made for a container and that no other has. */
export async function removeAnonymous(engine: EngineContext, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  using _held = await engine.volumes.changes.acquire();
  const users = volumeUsers(engine);
  for (const name of names) {
    if (!engine.volumes.has(name) || !engine.volumes.get(name).anonymous) continue;
    if (!users.has(name) && !engine.volumes.isHeld(name)) await drop(engine, name);
  }
}

/** Under `changes`. */
export async function drop(engine: EngineContext, name: string): Promise<void> {
  await engine.volumes.remove(name);
  tellVolume(engine, name, { action: 'destroy' });
}
