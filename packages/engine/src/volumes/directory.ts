import type { TreeRoot } from '@boxyard/storage';
import type { EngineContext } from '../context.ts';

/** Chunks made from a volume's directory, which is held and open while they come. */
export async function* withVolume(
  engine: EngineContext,
  name: string,
  read: (root: TreeRoot) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  using _held = engine.volumes.hold([name]);
  using directory = openVolume(engine, name);
  yield* read(directory.root);
}

/** The directory of a volume's files, a place of ours: what is in it is the helper's to open. */
export function openVolume(
  { kernel, paths }: Pick<EngineContext, 'kernel' | 'paths'>,
  name: string,
): { root: TreeRoot } & Disposable {
  const fd = kernel.openDirectory(paths.volumeData(name));
  return { root: { kind: 'directory', fd }, [Symbol.dispose]: () => kernel.close(fd) };
}
