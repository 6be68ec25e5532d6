import type { Download } from '@boxyard/api';
import { assertOpen, type EngineContext } from '../context.ts';
import { openVolume, withVolume } from './directory.ts';

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

/** Unpacks an archive over what is in a volume, also while boxes use it. */
export async function importVolume(
  engine: EngineContext,
  { name, body, signal }: { name: string; body: AsyncIterable<Uint8Array>; signal?: AbortSignal | undefined },
): Promise<void> {
  assertOpen(engine);
  engine.volumes.get(name);
  using _held = engine.volumes.hold([name]);
  using _filling = await engine.volumes.lockFilling(name);
  using volume = openVolume(engine, name);
  await engine.trees.write({ root: volume.root, setRoot: true, replace: true }, body, {
    signal,
    onWarning: (line) => engine.logger.warn({ volume: name }, line),
  });
  // What is in it now is somebody's own.
  await engine.volumes.markFilled(name);
}
