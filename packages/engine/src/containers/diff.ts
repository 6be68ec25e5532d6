import { join, posix } from 'node:path';
import type { FileChange } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import type { TreeChange, TreeRoot } from '@boxyard/storage';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import type { Container } from './container.ts';

/** Places that a start makes when the image has none, to mount on them. */
const OUR_PLACES = [
  '/dev',
  '/dev/console',
  '/dev/mqueue',
  '/dev/pts',
  '/dev/shm',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/proc',
  '/sys',
  '/sys/fs/cgroup',
];

/** Files of a container that differ from its image's, as bytes of UTF-8; names that are none show U+FFFD. */
export async function diffContainer(engine: EngineContext, reference: string): Promise<FileChange[]> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  const image = engine.images.list().find(({ id }) => id === container.row.imageId);
  if (!image) {
    const directory = container.row.config.root.kind === 'directory';
    throw directory
      ? new BoxError(
          'UNSUPPORTED',
          `container "${container.name}" is a directory of the host, not an image`,
          {
            hint: 'there is nothing to compare it with',
          },
        )
      : new BoxError('NOT_FOUND', `the image ${container.row.image} of "${container.name}" is gone`);
  }
  using held = new DisposableStack();
  const root = (fd: number): TreeRoot => ({
    kind: 'directory',
    fd: held.adopt(fd, (open) => engine.kernel.close(open)),
  });
  const [only, ...more] = engine.images.layerPaths(image);
  const upper = root(engine.kernel.openDirectory(join(engine.paths.container(container.id), 'upper')));
  // A single layer is a tree already; several are put together as the box has them.
  const lower = root(
    more.length === 0
      ? engine.kernel.openDirectory(only as string)
      : await engine.kernel.overlay({ lowers: [only as string, ...more] }),
  );
  return withoutOurs(await engine.trees.changes({ upper, lower }), container);
}

/** Leaves out what we made to mount on, and the directories that changed only by that. */
function withoutOurs(changes: readonly TreeChange[], container: Container): FileChange[] {
  const places = new Set([...OUR_PLACES, ...container.row.config.mounts.map(({ target }) => target)]);
  const named = changes.map((change) => ({ ...change, name: `/${change.path.toString()}` }));
  const made = named.filter(({ kind, name }) => kind === 'A' && places.has(name)).map(({ name }) => name);
  const ours = new Set([...made, ...made.flatMap(parentsOf)]);
  const kept: FileChange[] = [];
  const needed = new Set<string>();
  // From the end: what a directory holds comes before it.
  for (const { kind, name, attributesKept } of named.reverse()) {
    const byUs = ours.has(name) && (kind === 'A' || attributesKept);
    if (byUs && !needed.has(name)) continue;
    needed.add(posix.dirname(name));
    kept.push({ kind, path: name });
  }
  return kept.reverse();
}

function parentsOf(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === '/' ? [] : [parent, ...parentsOf(parent)];
}
