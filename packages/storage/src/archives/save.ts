/** Images as an archive, piece by piece: nothing is written anywhere, and the same images always give the same bytes. */
import { createHash } from 'node:crypto';
import { BoxError, type Image, parseImageReference } from '@boxyard/spec';
import { formatEntry, formatPadding, TAR_END } from '../tar/format.ts';
import { decompress } from '../unpack/decompress.ts';
import { describeImage, type ImageSource } from './describe.ts';
import { DOCKER_MANIFEST, formatDockerManifest } from './docker-archive.ts';
import { blobName, formatLayoutIndex, LAYOUT_INDEX, LAYOUT_MARK, LAYOUT_MARK_BYTES } from './image-layout.ts';

/** An image and those of its names that go along. */
export interface SavedImage {
  image: Image;
  tags: readonly string[];
}

/**
 * `docker save` as Docker of any age, Podman and skopeo read it: uncompressed layers, each once. Throws BoxError, also in the middle when
 * a layer turns out to be damaged.
 */
export async function* saveDocker(
  source: ImageSource,
  images: readonly SavedImage[],
): AsyncGenerator<Uint8Array> {
  const found = await Promise.all(images.map(({ image }) => describeImage(source, image)));
  const manifest = formatDockerManifest(
    found.map(({ image, layers }, at) => ({
      config: `${image.id}.json`,
      layers: layers.map(({ diffId }) => `${diffId}.tar`),
      // Whole names: podman takes a short one for an image of this machine alone.
      tags: (images[at]?.tags ?? []).map((tag) => wholeName(tag).canonical),
    })),
  );
  yield* file(DOCKER_MANIFEST, manifest);
  for (const { image, config } of found) yield* file(`${image.id}.json`, config);
  for (const layer of once(
    found.flatMap(({ layers }) => layers),
    ({ diffId }) => diffId,
  )) {
    const archive = () => decompress(source.readBlob(layer.digest));
    const bytes = source.layerInfo(layer.diffId)?.archiveBytes || (await lengthOf(archive()));
    yield* member(`${layer.diffId}.tar`, { bytes, digest: layer.diffId }, archive());
  }
  yield TAR_END;
}

/** An OCI image layout in a tar: documents and blobs as they came, so that every digest stays. Throws like `saveDocker`. */
export async function* saveLayout(
  source: ImageSource,
  images: readonly SavedImage[],
): AsyncGenerator<Uint8Array> {
  const found = await Promise.all(images.map(({ image }) => describeImage(source, image)));
  yield* file(LAYOUT_MARK, LAYOUT_MARK_BYTES);
  const index = found.map(({ image, manifest, mediaType }, at) => ({
    manifest: image.manifest,
    mediaType,
    size: manifest.length,
    platform: image.platform,
    tags: (images[at]?.tags ?? []).map(wholeName),
  }));
  yield* file(LAYOUT_INDEX, formatLayoutIndex(index));
  for (const { image, manifest, config } of found) {
    yield* file(blobName(image.manifest), manifest);
    yield* file(blobName(image.id), config);
  }
  for (const { digest, size } of once(
    found.flatMap(({ layers }) => layers),
    (layer) => layer.digest,
  )) {
    yield* member(blobName(digest), { bytes: size, digest }, source.readBlob(digest));
  }
  yield TAR_END;
}

/** `docker.io/library/debian:12` of `debian:12`, and its tag. */
function wholeName(familiar: string): { canonical: string; tag: string } {
  const { registry = '', repository = '', tag = '' } = parseImageReference(familiar) ?? {};
  return { canonical: `${registry}/${repository}:${tag}`, tag };
}

function once<T>(all: readonly T[], key: (one: T) => string): Iterable<T> {
  return new Map(all.map((one) => [key(one), one])).values();
}

/** Of a layer that an older store took in, which did not count. */
async function lengthOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  return length;
}

function* file(name: string, bytes: Buffer): Generator<Uint8Array> {
  yield Buffer.concat([header(name, bytes.length), bytes, formatPadding(bytes.length)]);
}

/** Checks what it passes on: the file that comes out must not be worse than none. */
async function* member(
  name: string,
  { bytes, digest }: { bytes: number; digest: string },
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield header(name, bytes);
  const hash = createHash('sha256');
  let written = 0;
  for await (const chunk of chunks) {
    written += chunk.length;
    hash.update(chunk);
    if (written <= bytes) yield chunk;
  }
  if (written !== bytes || hash.digest('hex') !== digest) {
    throw new BoxError('DAMAGED', `layer ${digest.slice(0, 12)} does not have the bytes its name says`, {
      hint: 'see what else is damaged: box image verify; getting the image again heals it',
    });
  }
  yield formatPadding(bytes);
}

function header(name: string, size: number): Buffer {
  return formatEntry({
    type: 'file',
    path: Buffer.from(name),
    target: Buffer.alloc(0),
    mode: 0o644,
    uid: 0,
    gid: 0,
    // A time would make two archives of one image differ.
    mtime: { seconds: 0, nanoseconds: 0 },
    size,
    major: 0,
    minor: 0,
    xattrs: new Map(),
  });
}
