import type { ContainerMount } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';
import { anonymousName, makeVolume } from './create.ts';
import { drop } from './remove.ts';
import { volumeNames } from './users.ts';

export interface VolumeClaim extends AsyncDisposable {
  /** The mounts with every volume named. */
  readonly mounts: ContainerMount[];
  /** The container is there: its anonymous volumes are its own now. */
  keep(): void;
}

/**
 * Makes the volumes that a new container mounts and that are not there yet, and keeps all of them from being removed until disposed of.
 * Empty ones that want the image's content are marked before the container is on record: whoever starts it, also after a crash, knows.
 * Without `keep` the anonymous ones go again.
 */
export async function claimVolumes(
  engine: EngineContext,
  wanted: readonly ContainerMount[],
): Promise<VolumeClaim> {
  if (!wanted.some(({ type }) => type === 'volume')) return withoutVolumes(wanted);
  const anonymous = new Set<string>();
  const mounts = wanted.map((mount) => {
    if (mount.type !== 'volume' || mount.name !== '') return mount;
    const name = anonymousName();
    anonymous.add(name);
    return { ...mount, name };
  });
  // Undone last, when `changes` is free again.
  await using undo = new AsyncDisposableStack();
  using _changes = await engine.volumes.changes.acquire();
  undo.use(engine.volumes.hold(volumeNames(mounts)));
  let kept = false;
  for (const mount of mounts) {
    if (mount.type !== 'volume') continue;
    const { name, labels } = mount;
    if (!engine.volumes.has(name)) {
      await makeVolume(engine, { name, labels, anonymous: anonymous.has(name) });
      if (anonymous.has(name)) undo.defer(async () => void (kept || (await dropMade(engine, name))));
    }
    if (mount.copy && engine.volumes.isEmpty(name)) await engine.volumes.markUnfilled(name);
  }
  const owned = undo.move();
  return {
    mounts,
    keep: () => {
      kept = true;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Boxes without volumes wait for nobody who changes some. */
const withoutVolumes = (mounts: readonly ContainerMount[]): VolumeClaim => ({
  mounts: [...mounts],
  keep: () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
});

async function dropMade(engine: EngineContext, name: string): Promise<void> {
  using _changes = await engine.volumes.changes.acquire();
  await drop(engine, name);
}
