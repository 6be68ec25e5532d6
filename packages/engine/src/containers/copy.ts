import { posix } from 'node:path';
import type { CopyFromRequest, CopyToRequest, Download, PathStat } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { kindOf, type ToldEntry } from '@boxyard/storage';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import { openContainerPlace } from './root.ts';

const PERMISSIONS = 0o7777;

/** What a path in a container is; a link at its end is not followed. Throws NOT_FOUND. */
export async function statPath(engine: EngineContext, reference: string, path: string): Promise<PathStat> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  using place = await openContainerPlace(engine, container, path);
  const found = await engine.trees.stat(place);
  if (!found) throw missing(container.name, path);
  const link = kindOf(found) === 'symlink';
  const target = link ? await engine.trees.stat({ ...place, followLink: true }) : undefined;
  return {
    name: posix.basename(path),
    kind: plainKind(found),
    bytes: found.size,
    mode: found.mode & PERMISSIONS,
    modifiedAt: new Date(found.mtime.seconds * 1000 + found.mtime.nanoseconds / 1e6).toISOString(),
    target: target ? target.path.toString() : null,
    targetKind: target ? (plainKind(target) as PathStat['targetKind']) : null,
  };
}

/** A path of a container, with all below it, as a tar archive. */
export async function copyFrom(
  engine: EngineContext,
  { container: reference, path, followLink }: CopyFromRequest,
  signal?: AbortSignal,
): Promise<Download> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  const name = nameInArchive(path);
  async function* chunks() {
    using place = await openContainerPlace(engine, container, path);
    const { root, path: inRoot } = place;
    const ends = eitherOf(signal, place.signal);
    yield* engine.trees.read({ root, path: inRoot, name, followLink }, { signal: ends });
  }
  const fileName = `${name || container.name}.tar`;
  return { fileName, contentType: 'application/x-tar', chunks: chunks() };
}

/** Unpacks an archive into a directory of a container. */
export async function copyTo(
  engine: EngineContext,
  { container: reference, path, archive, noOverwriteDirNonDir }: CopyToRequest,
  transfer: { body: AsyncIterable<Uint8Array>; signal?: AbortSignal | undefined },
): Promise<void> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  using place = await openContainerPlace(engine, container, path);
  if (place.readonly) {
    throw new BoxError('PERMISSION_DENIED', `${path} is read-only in "${container.name}"`, {
      hint: 'copy to a volume or another place that its programs may write to',
    });
  }
  await engine.trees.write(
    {
      root: place.root,
      path: place.path,
      replace: !noOverwriteDirNonDir,
      ...(archive ? {} : { owner: { uid: 0, gid: 0 } }),
    },
    transfer.body,
    { signal: eitherOf(transfer.signal, place.signal) },
  );
}

function eitherOf(caller: AbortSignal | undefined, place: AbortSignal): AbortSignal {
  return caller ? AbortSignal.any([caller, place]) : place;
}

/** `/etc/hosts` is `hosts`; of `/etc/.` and `/` what they hold stands at the archive's root. */
function nameInArchive(path: string): string {
  const name = posix.basename(path);
  return name === '.' || name === '..' ? '' : name;
}

function plainKind(entry: ToldEntry): PathStat['kind'] {
  const kind = kindOf(entry);
  return kind === 'file' || kind === 'directory' || kind === 'symlink' ? kind : 'other';
}

function missing(name: string, path: string): BoxError {
  return new BoxError('NOT_FOUND', `there is no ${path} in the box "${name}"`, {
    hint: 'a path in a box is looked up from its root; links on the way lead inside the box',
    details: { path },
  });
}
