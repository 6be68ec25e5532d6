import type { LayerFile, LayerFilesRequest } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { isWhiteout, kindOf, type ToldEntry } from '@boxyard/storage';
import type { EngineContext } from '../context.ts';

/** More than somebody reads, and an answer of few megabytes. */
const ENTRIES_MAX = 10_000;

/** What lies in a directory of a layer. A helper looks at it: the names are an image's. */
export async function layerFiles(
  engine: EngineContext,
  { image: reference, diffId, path }: LayerFilesRequest,
): Promise<LayerFile[]> {
  const image = engine.images.resolve(reference);
  const at = image.layers.indexOf(diffId);
  if (at === -1) {
    throw new BoxError('NOT_FOUND', `image ${reference} has no layer ${diffId.slice(0, 12)}`, {
      hint: 'box history and box inspect show which it has',
    });
  }
  using lease = engine.images.lease();
  engine.images.hold(lease, image);
  const directory = engine.images.layerPaths(image).toReversed()[at] as string;
  const fd = engine.kernel.openDirectory(directory);
  try {
    const root = { kind: 'directory', fd } as const;
    return (await engine.trees.list({ root, path, most: ENTRIES_MAX })).map(fileOf);
  } finally {
    engine.kernel.close(fd);
  }
}

function fileOf(entry: ToldEntry): LayerFile {
  const { path, mode, uid, gid, size, target } = entry;
  const kind = kindOf(entry);
  return {
    name: path.toString(),
    kind: isWhiteout(entry)
      ? 'whiteout'
      : kind === 'character' || kind === 'block' || kind === 'socket'
        ? 'device'
        : kind,
    bytes: kind === 'file' ? size : 0,
    mode: mode & 0o7777,
    uid,
    gid,
    ...(kind === 'symlink' ? { target: target.toString() } : {}),
  };
}
