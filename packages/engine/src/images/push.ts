/** Pushing: a task that sends the blobs that a registry lacks, then the manifest, byte for byte as it is here. */
import { createHash } from 'node:crypto';
import type { PushRequest, TaskView } from '@boxyard/api';
import {
  BoxError,
  familiarName,
  familiarReference,
  type Image,
  type ImageReference,
  normalizeReference,
  parseImageReference,
} from '@boxyard/spec';
import { parseManifest } from '@boxyard/storage';
import { assertOpen, type EngineContext } from '../context.ts';
import type { TaskBar, TaskWork } from '../tasks/tasks.ts';
import { allOrNone } from './all-or-none.ts';
import { hexOf, referenceOf, shortDigest, TRANSFERS_AT_ONCE } from './transfers.ts';

interface Wish {
  image: Image;
  /** By which it was asked for: of two manifests of one image the one with that name is meant. */
  name: string;
  destination: ImageReference;
  credential: PushRequest['credential'];
  chunkBytes: number | undefined;
}

/** Begins to push, or joins the same push under way. Throws NOT_FOUND, INVALID_ARGUMENT. */
export function pushImage(engine: EngineContext, request: PushRequest): TaskView {
  assertOpen(engine);
  const image = engine.images.resolve(request.image);
  const destination = destinationOf(request, image);
  const { credential, chunkBytes } = request;
  const subject = familiarReference(destination);
  const caller = createHash('sha256')
    .update(JSON.stringify(credential ?? null))
    .digest('hex');
  return engine.tasks.begin(
    { kind: 'push', subject, key: ['push', subject, image.manifest, caller].join(' ') },
    (task) => push(engine, { image, name: request.image, destination, credential, chunkBytes }, task),
  );
}

function destinationOf(request: PushRequest, image: Image): ImageReference {
  const named = image.tags.includes(normalizeReference(request.image) ?? '');
  if (request.destination === undefined && !named) {
    throw new BoxError('INVALID_ARGUMENT', `push: '${request.image}' says no name for the registry`, {
      hint: `name it: box push ${request.image} registry.example.com/name:tag`,
    });
  }
  const destination = referenceOf(request.destination ?? request.image);
  if (destination.digest === undefined) return destination;
  throw new BoxError('INVALID_ARGUMENT', 'push: a digest comes of what is pushed and cannot be chosen', {
    hint: 'name a tag instead',
  });
}

async function push(engine: EngineContext, wish: Wish, task: TaskWork): Promise<TaskView['result']> {
  const { image, destination, credential } = wish;
  using lease = engine.images.lease();
  engine.images.hold(lease, image);
  const { manifest, config } = await engine.images.documents(image, wish.name);
  const { mediaType, layers } = parseManifest(manifest, `the manifest of ${familiarReference(destination)}`);
  const archives = layers.map((layer, index): Blob => ({ ...layer, diffId: image.layers[index] }));
  await checkKept(engine, wish, layers);
  const blobs = [...uniqueByDigest(archives), { digest: image.id, size: config.length }];
  for (const blob of blobs) barOf(task, blob);
  await allOrNone(blobs, { most: TRANSFERS_AT_ONCE, signal: task.signal }, (blob, _index, signal) =>
    pushBlob(engine, wish, { blob, task, signal }),
  );
  const digest = await engine.registry.putManifest(
    destination,
    { bytes: manifest, mediaType },
    { credential, signal: task.signal, onNote: task.note },
  );
  await engine.images.addDigest(image, hexOf(digest), `${familiarName(destination)}@${digest}`);
  const name = familiarReference(destination);
  engine.events.add({ type: 'image', action: 'push', id: image.id, name, attributes: { digest } });
  return { image: image.id, digest, name };
}

interface Blob {
  /** 64 hex digits. */
  digest: string;
  size: number;
  /** Of a layer. */
  diffId?: string | undefined;
}

/** A layer may be twice in an image; one upload is enough. */
function uniqueByDigest(blobs: readonly Blob[]): Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** Images of older agents have the files of their layers and not the archives. */
async function checkKept(engine: EngineContext, { image }: Wish, layers: readonly Blob[]): Promise<void> {
  for (const { digest } of layers) {
    if (await engine.images.hasBlob(digest)) continue;
    const name = image.tags[0] ?? image.id.slice(0, 12);
    throw new BoxError(
      'UNSUPPORTED',
      `push: the archive of layer ${shortDigest(digest)} of ${name} is not here`,
      {
        hint: 'an older agent did not keep it: import or pull the image again',
      },
    );
  }
}

async function pushBlob(
  engine: EngineContext,
  { destination, credential, chunkBytes }: Wish,
  { blob, task, signal }: { blob: Blob; task: TaskWork; signal: AbortSignal },
): Promise<void> {
  const bar = barOf(task, blob);
  const { digest, size } = blob;
  try {
    const became = await engine.registry.pushBlob(
      destination,
      { digest: `sha256:${digest}`, size },
      {
        open: (from) => engine.images.readBlob(digest, from),
        credential,
        chunkBytes,
        mountFrom: mountSource(engine, destination, blob),
        onProgress: (sent) => bar.set({ state: 'working', current: sent }),
        onNote: (line) => {
          task.note(`${shortDigest(digest)}: ${line}`);
          bar.set({ state: 'retrying' });
        },
        signal,
      },
    );
    bar.set(became === 'uploaded' ? { state: 'done', current: size } : { state: became });
  } catch (error) {
    bar.set({ state: 'failed' });
    throw error;
  }
}

/**
 * Another repository of the same registry that has the blob, because an image with it came from there or went there. It may have a layer
 * compressed in another way: then the registry says so, and the layer is sent.
 */
function mountSource(
  engine: EngineContext,
  { registry, repository }: ImageReference,
  { digest, diffId }: Blob,
): string | undefined {
  return engine.images
    .list()
    .filter(({ id, layers }) => (diffId === undefined ? id === digest : layers.includes(diffId)))
    .flatMap(({ digests }) => digests.map((name) => parseImageReference(name)))
    .find((known) => known?.registry === registry && known.repository !== repository)?.repository;
}

function barOf(task: TaskWork, { digest, size }: Blob): TaskBar {
  const bar = task.item(digest, shortDigest(digest));
  bar.set({ total: size });
  return bar;
}
