import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxError, type VolumeMount } from '@boxyard/spec';
import type { TreeRoot } from '@boxyard/storage';
import { kindOf } from '@boxyard/storage';
import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import { openVolume } from './directory.ts';
import { isMounted } from './users.ts';

/**
 * Fills the container's new, empty volumes with what its image has in their places, owner and mode of the directory included. Under the
 * container's lock: when it is made, as Docker does it (so that the files are there for an export or another box before it ever ran), and
 * once more at its start, for a copy that was cut off. Throws BoxError; the volume stays marked then and is filled anew.
 */
export async function fillVolumes(engine: EngineContext, container: Container): Promise<void> {
  for (const mount of container.row.config.mounts) {
    if (mount.type === 'volume' && engine.volumes.isUnfilled(mount.name)) {
      await fillVolume(engine, container, mount);
    }
  }
}

async function fillVolume(engine: EngineContext, container: Container, mount: VolumeMount): Promise<void> {
  const { name } = mount;
  using _filling = await engine.volumes.lockFilling(name);
  // Another container was faster.
  if (!engine.volumes.isUnfilled(name)) return;
  if (mount.copy) {
    // Half of a copy that was cut off; what somebody may be writing to stays, and the copy goes over it.
    if (!engine.volumes.isEmpty(name) && !isMounted(engine, name, container))
      await engine.volumes.empty(name);
    await copyUp(engine, container, mount);
  }
  await engine.volumes.markFilled(name);
}

async function copyUp(engine: EngineContext, container: Container, mount: VolumeMount): Promise<void> {
  const { signal } = engine.background;
  await using image = await openImageRoot(engine, container);
  const place = { root: image.root, path: mount.target, followLink: true };
  const found = await engine.trees.stat(place, { signal });
  // A file there makes the start fail, which says so better.
  if (found === undefined || kindOf(found) !== 'directory') return;
  using volume = openVolume(engine, mount.name);
  const files = engine.trees.read({ ...place, name: '' }, { signal });
  await engine.trees.write({ root: volume.root, setRoot: true }, files, { signal });
}

/** What the container's image holds, read-only and without anything that the container changed. */
async function openImageRoot(
  engine: EngineContext,
  { id, row }: Container,
): Promise<{ root: TreeRoot } & AsyncDisposable> {
  const { images, kernel, paths } = engine;
  const { root } = row.config;
  await using owned = new AsyncDisposableStack();
  const open = (fd: number) => {
    owned.defer(() => kernel.close(fd));
    const kept = owned.move();
    return { root: { kind: 'directory' as const, fd }, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  };
  if (root.kind === 'directory') return open(kernel.openDirectory(root.path));
  const image = images.list().find((one) => one.id === row.imageId);
  if (!image) throw new BoxError('NOT_FOUND', `its image ${row.image} is gone`);
  // A read-only overlay has two layers at least, and a layer read by itself would show its whiteouts.
  const empty = join(paths.container(id), 'empty');
  await mkdir(empty, { recursive: true });
  owned.defer(() => rmdir(empty));
  return open(await kernel.overlay({ lowers: [...images.layerPaths(image), empty] }));
}
