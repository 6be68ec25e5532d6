import { procedure, router } from '../procedure.ts';
import {
  createVolumeInput,
  listVolumesInput,
  pruneVolumesInput,
  removeVolumeInput,
  volumeInput,
} from '../schemas/volume.ts';

export const volumesRouter = router({
  list: procedure('volume.read')
    .input(listVolumesInput)
    .query(({ ctx, input }) => ctx.services.volumes.list(input)),
  inspect: procedure('volume.read')
    .input(volumeInput)
    .query(({ ctx, input }) => ctx.services.volumes.inspect(input.volume)),
  create: procedure('volume.write')
    .input(createVolumeInput)
    .mutation(({ ctx, input }) => ctx.services.volumes.create(input)),
  remove: procedure('volume.write')
    .input(removeVolumeInput)
    .mutation(({ ctx, input }) => ctx.services.volumes.remove(input.volume, { force: input.force })),
  prune: procedure('volume.write')
    .input(pruneVolumesInput)
    .mutation(({ ctx, input }) => ctx.services.volumes.prune(input)),
  /** A path to GET the archive from. */
  export: procedure('volume.read')
    .input(volumeInput)
    .mutation(({ ctx, input }) => ({
      transfer: ctx.mintDownload((signal) => ctx.services.volumes.export(input.volume, signal)),
    })),
  /** A path to POST the archive to. */
  import: procedure('volume.write')
    .input(volumeInput)
    .mutation(({ ctx, input }) => ({
      transfer: ctx.mintTransfer((body, signal) => ctx.services.volumes.import(input.volume, body, signal)),
    })),
});
