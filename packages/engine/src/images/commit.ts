import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitRequest } from '@boxyard/api';
import { BoxError, type Image, normalizeReference } from '@boxyard/spec';
import { describeImage, type LayerDescriptor, type Lease } from '@boxyard/storage';
import { boundPaths } from '../containers/bound-paths.ts';
import type { Container } from '../containers/container.ts';
import { freeze } from '../containers/freeze.ts';
import { type EngineContext, lockContainer } from '../context.ts';
import { committedConfig } from './committed-config.ts';

const MILLISECONDS = 1_000;

/**
 * Makes an image of a container: its image's layers, with the archives they came in, and one of the files that differ. A running one is
 * frozen while they are read. Nothing that differs: a line of the history without a layer. Throws BoxError; nothing is kept then.
 */
export async function commitContainer(engine: EngineContext, request: CommitRequest): Promise<Image> {
  const tag = request.image === undefined ? undefined : tagOf(request.image);
  using held = await lockContainer(engine, request.container);
  const { container } = held;
  const parent = parentOf(engine, container);
  const { config } = container.row;
  const imageConfig = committedConfig(config, parent.config, request.changes);
  using lease = engine.images.lease();
  engine.images.hold(lease, parent);
  const below = await describeImage(engine.images, parent);
  const layer = await commitLayer(engine, container, { parent, request, lease });
  const createdAt =
    request.sourceDateEpoch === undefined ? Date.now() : request.sourceDateEpoch * MILLISECONDS;
  return await engine.images.createImage(lease, {
    layers: layer ? [...below.layers, layer] : below.layers,
    config: imageConfig,
    history: [
      ...below.history,
      {
        createdAt: new Date(createdAt).toISOString(),
        createdBy: config.args.join(' '),
        comment: request.message,
        author: request.author,
        emptyLayer: layer === undefined,
      },
    ],
    createdAt,
    author: request.author,
    platform: parent.platform,
    tag,
  });
}

function tagOf(name: string): string {
  const tag = normalizeReference(name);
  if (tag !== undefined) return tag;
  throw new BoxError('INVALID_ARGUMENT', `'${name}' is no name for an image`, {
    hint: 'names are lower case letters and digits with . _ - / between, like debian or team/app:1.2',
  });
}

function parentOf(engine: EngineContext, { name, row }: Container): Image {
  if (row.config.root.kind === 'directory') {
    throw new BoxError(
      'UNSUPPORTED',
      `box "${name}" has a root directory of the host (--rootfs) and no image`,
      {
        hint: `make an image of that directory: box import ${row.config.root.path} NAME`,
      },
    );
  }
  const image = engine.images.list().find(({ id }) => id === row.imageId);
  if (image) return image;
  throw new BoxError('NOT_FOUND', `the image of box "${name}", ${row.image}, is gone or damaged`, {
    hint: `bring it back (box pull or box import), it must have the id ${row.imageId?.slice(0, 12)}`,
  });
}

interface LayerWish {
  parent: Image;
  request: CommitRequest;
  lease: Lease;
}

/** The container's files that differ from its image's as a layer; undefined when there are none. */
async function commitLayer(
  engine: EngineContext,
  container: Container,
  { parent, request, lease }: LayerWish,
): Promise<LayerDescriptor | undefined> {
  const upper = join(engine.paths.container(container.id), 'upper');
  await using _frozen = await freeze(engine, container, request.pause);
  if (await isUntouched(upper, engine.images.layerPaths(parent)[0])) return undefined;
  const fd = engine.kernel.openDirectory(upper);
  try {
    const chunks = engine.trees.read(
      {
        root: { kind: 'directory', fd },
        name: '',
        layer: true,
        exclude: boundPaths(container.row.config),
        ...(request.sourceDateEpoch === undefined ? {} : { latest: request.sourceDateEpoch }),
      },
      { onWarning: (line) => engine.logger.warn({ container: container.id }, line) },
    );
    return await engine.images.addLayer(lease, chunks);
  } finally {
    engine.kernel.close(fd);
  }
}

/** Nothing in it, and the root itself as the image has it. Both directories are ours; nothing in them is opened. */
async function isUntouched(upper: string, top: string | undefined): Promise<boolean> {
  if (top === undefined || (await readdir(upper)).length > 0) return false;
  const [now, before] = await Promise.all([lstat(upper), lstat(top)]);
  return now.mode === before.mode && now.uid === before.uid && now.gid === before.gid;
}
