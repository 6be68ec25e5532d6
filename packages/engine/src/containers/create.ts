import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import type { ContainerView, CreateRequest } from '@boxyard/api';
import {
  BoxError,
  type ContainerConfig,
  type ContainerMount,
  type Image,
  type RootSource,
} from '@boxyard/spec';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import type { ContainerRow } from '../database/schema.ts';
import { claimVolumes } from '../volumes/claim.ts';
import { fillVolumes } from '../volumes/fill.ts';
import { inheritedMounts } from '../volumes/merge-mounts.ts';
import type { Container } from './container.ts';
import { checkSources, resolveTimezone, writeHostFiles } from './host-files.ts';
import { mergeConfig } from './merge.ts';
import { makeName } from './names.ts';
import { removeLocked } from './remove.ts';
import { tellContainer } from './tell.ts';
import { viewOf } from './view.ts';

/** Makes a container, without starting it. The same id a second time gives the one that is there. */
export async function createContainer(engine: EngineContext, request: CreateRequest): Promise<ContainerView> {
  assertOpen(engine);
  const id = request.id ?? randomBytes(32).toString('hex');
  const before = engine.containers.byId(id);
  if (before) return viewOf(before);
  const underWay = engine.creating.get(id);
  if (underWay) return underWay;
  const making = make(engine, id, request).finally(() => engine.creating.delete(id));
  engine.creating.set(id, making);
  return making;
}

async function make(engine: EngineContext, id: string, request: CreateRequest): Promise<ContainerView> {
  const name = request.name ?? makeName((taken) => engine.containers.isTaken(taken));
  using _name = engine.containers.reserveName(name);
  const { root, image } = findRoot(engine, request);
  // Nobody removes the image until the container is there and holds it.
  using lease = engine.images.lease();
  if (image) engine.images.hold(lease, image);
  const timezone = request.timezone === undefined ? undefined : resolveTimezone(request.timezone);
  const merged = mergeConfig({
    id,
    name,
    root,
    image: image?.config ?? {},
    request: { ...request, timezone },
    inherited: mountsFrom(engine, request),
  });
  await checkSources(merged);
  await using volumes = await claimVolumes(engine, merged.mounts);
  const config = { ...merged, mounts: volumes.mounts };

  await makeDirectories(engine, id, { image, config });
  const container = await insert(engine, {
    ...NEW,
    id,
    name,
    image: root.kind === 'image' ? root.reference : root.path,
    imageId: image?.id ?? null,
    config,
    createdAt: Date.now(),
  });
  engine.records.save(container);
  tellContainer(engine, container, { action: 'create' });
  await fillOrRemove(engine, container);
  volumes.keep();
  return viewOf(container);
}

/** Whoever wants to start it waits until its volumes hold what its image has. A container that cannot have them does not stay. */
async function fillOrRemove(engine: EngineContext, container: Container): Promise<void> {
  using _held = await container.lock.acquire();
  try {
    await fillVolumes(engine, container);
  } catch (error) {
    await removeLocked(engine, container);
    throw error;
  }
}

function mountsFrom(engine: EngineContext, { volumesFrom }: CreateRequest): ContainerMount[] {
  return volumesFrom.flatMap(({ container, readonly }) =>
    inheritedMounts(findContainer(engine, container).row.config.mounts, readonly),
  );
}

/** A row that the database does not take (locked, disk full) leaves no directory. */
async function insert(engine: EngineContext, row: ContainerRow): Promise<Container> {
  try {
    return engine.containers.insert(row);
  } catch (error) {
    await rm(engine.paths.container(row.id), { recursive: true, force: true });
    throw error;
  }
}

const NEW = {
  state: 'created',
  pid: null,
  bootId: null,
  startedAt: null,
  finishedAt: null,
  exit: null,
  reason: null,
  stopAsked: false,
  restartCount: 0,
  logEnd: 0,
  revision: 1,
} as const satisfies Partial<ContainerRow>;

function findRoot(
  engine: EngineContext,
  { image: reference, rootfs }: CreateRequest,
): { root: RootSource; image: Image | undefined } {
  if (rootfs !== undefined && reference === undefined) {
    return { root: { kind: 'directory', path: rootfs }, image: undefined };
  }
  if (reference === undefined || rootfs !== undefined) {
    throw new BoxError('INVALID_ARGUMENT', 'a container needs an image or a root directory, one of the two', {
      hint: 'box run IMAGE, or box run --rootfs DIR',
    });
  }
  const image = engine.images.resolve(reference);
  return { root: { kind: 'image', id: image.id, reference }, image };
}

/** The row comes after the directories: what is there without a row was cut off and is swept at the next start of the agent. */
async function makeDirectories(
  engine: EngineContext,
  id: string,
  { image, config }: { image: Image | undefined; config: ContainerConfig },
): Promise<void> {
  const directory = engine.paths.container(id);
  try {
    await mkdir(directory, { mode: 0o700 });
    await Promise.all([
      mkdir(engine.paths.log(id), { mode: 0o700 }),
      image && engine.images.createContainerRoot(directory, image),
    ]);
    // Written again at each start if they differ then: making files is the dear part.
    writeHostFiles(directory, config);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
