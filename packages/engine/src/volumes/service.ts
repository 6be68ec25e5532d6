import type { VolumeService } from '@boxyard/api';
import type { EngineContext } from '../context.ts';
import { exportVolume, importVolume } from './archive.ts';
import { createVolume } from './create.ts';
import { pruneVolumes } from './prune.ts';
import { removeVolume } from './remove.ts';
import { volumeViews, withSizes } from './view.ts';

/** The verbs, one file each, as procedures call them. */
export function volumeService(engine: EngineContext): VolumeService {
  return {
    async list({ sizes }) {
      const views = volumeViews(engine, engine.volumes.values());
      return sizes ? withSizes(engine, views) : views;
    },
    async inspect(name) {
      return volumeViews(engine, [engine.volumes.get(name)])[0] as never;
    },
    create: (request) => createVolume(engine, request),
    remove: (name, options) => removeVolume(engine, name, options),
    prune: (request) => pruneVolumes(engine, request),
    export: (name, signal) => exportVolume(engine, name, signal),
    import: (name, body, signal) => importVolume(engine, { name, body, signal }),
  };
}
