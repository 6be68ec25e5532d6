import type { DiskView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';
import { userCounts } from '../images/view.ts';
import { volumeUsers } from '../volumes/users.ts';

/** Names at the top of the root that are accounted for by themselves. */
const OWN_ACCOUNT = ['containers', 'volumes'];

/** What lies below the root, by what it is for: the kinds add up to what the disk says. Everything is counted in Workers. */
export async function diskView(engine: EngineContext): Promise<DiskView> {
  const store = await engine.images.disk();
  const [images, containers, volumes] = await Promise.all([
    imagesOf(engine, store.images),
    containersOf(engine, store.others.get('containers') ?? 0),
    volumesOf(engine, store.others.get('volumes') ?? 0),
  ]);
  const other = [...store.others]
    .filter(([name]) => !OWN_ACCOUNT.includes(name))
    .reduce((sum, [, bytes]) => sum + bytes, 0);
  return {
    images: images.kind,
    containers: containers.kind,
    volumes: volumes.kind,
    other: { bytes: other },
    details: { images: images.details, containers: containers.details, volumes: volumes.details },
  };
}

async function imagesOf(engine: EngineContext, bytes: number) {
  const all = engine.images.list();
  const counts = userCounts(engine);
  const { layers, blobs } = await engine.images.prune(({ id }) => !counts.has(id), { dryRun: true });
  const details = all.map((image) => {
    const shared = engine.images.sharedSize(image);
    return {
      id: image.id,
      name: image.tags[0] ?? image.digests[0] ?? '',
      size: image.size,
      shared,
      unique: image.size - shared,
      containers: counts.get(image.id) ?? 0,
      createdAt: new Date(image.createdAt).toISOString(),
    };
  });
  const reclaimable = [...layers, ...blobs].reduce((sum, one) => sum + one.bytes, 0);
  const active = all.filter(({ id }) => counts.has(id)).length;
  return { kind: { total: all.length, active, bytes, reclaimable }, details };
}

async function containersOf(engine: EngineContext, bytes: number) {
  const all = [...engine.containers.values()];
  const directories = await engine.images.usages(all.map(({ id }) => engine.paths.container(id)));
  const logs = await engine.images.usages(all.map(({ id }) => engine.paths.log(id)));
  const details = all.map(({ id, name, state, row }, index) => ({
    id,
    name,
    bytes: directories[index] ?? 0,
    logBytes: logs[index] ?? 0,
    state,
    createdAt: new Date(row.createdAt).toISOString(),
  }));
  const reclaimable = all.reduce(
    (sum, { state }, index) => sum + (isAlive(state) ? 0 : (directories[index] ?? 0)),
    0,
  );
  const active = all.filter(({ state }) => isAlive(state)).length;
  return { kind: { total: all.length, active, bytes, reclaimable }, details };
}

async function volumesOf(engine: EngineContext, bytes: number) {
  const all = [...engine.volumes.values()];
  const users = volumeUsers(engine);
  const sizes = await engine.images.usages(all.map(({ name }) => engine.paths.volume(name)));
  const details = all.map(({ name }, index) => ({
    name,
    bytes: sizes[index] ?? 0,
    containers: users.get(name)?.length ?? 0,
  }));
  const unused = details.filter(({ containers }) => containers === 0);
  const reclaimable = unused.reduce((sum, one) => sum + one.bytes, 0);
  return { kind: { total: all.length, active: all.length - unused.length, bytes, reclaimable }, details };
}
