import type { Download } from '@boxyard/api';
import type { EngineContext } from '../context.ts';
import { notYet } from '../not-yet.ts';
import { withVolume } from './directory.ts';

/** A volume's files as a tar archive, also while boxes use it. It stays until the archive is through. */
export async function exportVolume(
  engine: EngineContext,
  name: string,
  signal?: AbortSignal,
): Promise<Download> {
  engine.volumes.get(name);
  return {
    fileName: `${name}.tar`,
    contentType: 'application/x-tar',
    chunks: withVolume(engine, name, (root) => engine.trees.read({ root, name: '' }, { signal })),
  };
}

/** Unpacks an archive over what is in a volume. */
export async function importVolume(
  engine: EngineContext,
  { name }: { name: string; body: AsyncIterable<Uint8Array>; signal?: AbortSignal | undefined },
): Promise<void> {
  engine.volumes.get(name);
  return notYet('the archive of a volume');
}
