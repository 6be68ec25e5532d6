import { randomBytes } from 'node:crypto';
import type { CreateVolumeRequest, VolumeView } from '@boxyard/api';
import { assertOpen, type EngineContext } from '../context.ts';
import { tellVolume } from './tell.ts';
import { volumeViews } from './view.ts';

/** A name as Docker gives volumes that nobody named: 64 hexadecimal digits. */
export const anonymousName = (): string => randomBytes(32).toString('hex');

/** Makes a volume; one that is there already is what was asked for, as in Docker. */
export async function createVolume(
  engine: EngineContext,
  { name = anonymousName(), labels }: CreateVolumeRequest,
): Promise<VolumeView> {
  assertOpen(engine);
  {
    using _held = await engine.volumes.changes.acquire();
    if (!engine.volumes.has(name)) await makeVolume(engine, { name, labels, anonymous: false });
  }
  return viewOfOne(engine, name);
}

/** Under `changes`, with a name that is free. */
export async function makeVolume(
  engine: EngineContext,
  wish: { name: string; labels: Record<string, string>; anonymous: boolean },
): Promise<void> {
  await engine.volumes.insert({ ...wish, createdAt: Date.now() });
  tellVolume(engine, wish.name, { action: 'create' });
}

function viewOfOne(engine: EngineContext, name: string): VolumeView {
  return volumeViews(engine, [engine.volumes.get(name)])[0] as VolumeView;
}
