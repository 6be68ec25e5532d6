import type { VolumeService } from '@boxyard/api';
import { notYet } from '../not-yet.ts';

export function volumeService(): VolumeService {
  const missing = async () => notYet('volumes');
  return {
    list: missing,
    inspect: missing,
    create: missing,
    remove: missing,
    prune: missing,
    export: missing,
    import: missing,
  };
}
