import type { Download } from '@boxyard/api';
import type { EngineContext } from '../context.ts';
import { notYet } from '../not-yet.ts';

/** A volume's files as a tar archive, also while boxes use it. */
export async function exportVolume(
  engine: EngineContext,
  name: string,
  _signal?: AbortSignal,
): Promise<Download> {
  engine.volumes.get(name);
  return notYet('the archive of a volume');
}

/** Unpacks an archive over what is in a volume. */
export async function importVolume(
  engine: EngineContext,
  { name }: { name: string; body: AsyncIterable<Uint8Array>; signal?: AbortSignal | undefined },
): Promise<void> {
  engine.volumes.get(name);
  return notYet('the archive of a volume');
}
