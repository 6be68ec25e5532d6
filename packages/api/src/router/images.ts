import type { ImageView } from '../image-views.ts';
import { procedure, requireLocal, router } from '../procedure.ts';
import {
  commitInput,
  imageInput,
  importInput,
  layerFilesInput,
  loadInput,
  pruneImagesInput,
  pullInput,
  pushInput,
  removeImageInput,
  saveInput,
  tagInput,
  verifyInput,
} from '../schemas/image.ts';

/** Of a body: a path is read at once (`images`); an upload gets a path to POST it to (`transfer`), which answers with the images. */
type Taken = { images: ImageView[] } | { transfer: string };

export const imagesRouter = router({
  list: procedure('image.read').query(({ ctx }) => ctx.services.images.list()),
  inspect: procedure('image.read')
    .input(imageInput)
    .query(({ ctx, input }) => ctx.services.images.inspect(input.image)),
  details: procedure('image.read')
    .input(imageInput)
    .query(({ ctx, input }) => ctx.services.images.details(input.image)),
  layerFiles: procedure('image.read')
    .input(layerFilesInput)
    .query(({ ctx, input }) => ctx.services.images.layerFiles(input)),
  tag: procedure('image.write')
    .input(tagInput)
    .mutation(({ ctx, input }) => ctx.services.images.tag(input.image, input.tag)),
  remove: procedure('image.write')
    .input(removeImageInput)
    .mutation(({ ctx, input }) => ctx.services.images.remove(input.image, { force: input.force })),
  pull: procedure('image.write')
    .input(pullInput)
    .mutation(({ ctx, input }) => ctx.services.images.pull(input)),
  push: procedure('image.write')
    .input(pushInput)
    .mutation(({ ctx, input }) => ctx.services.images.push(input)),
  commit: procedure('image.write')
    .input(commitInput)
    .mutation(({ ctx, input }) => ctx.services.images.commit(input)),
  prune: procedure('image.write')
    .input(pruneImagesInput)
    .mutation(({ ctx, input }) => ctx.services.images.prune(input)),
  verify: procedure('image.write')
    .input(verifyInput)
    .mutation(({ ctx, input }) => ctx.services.images.verify(input.image)),
  import: procedure('image.write')
    .input(importInput)
    .mutation(async ({ ctx, input }): Promise<Taken> => {
      const { images } = ctx.services;
      if (input.source.kind === 'path') {
        requireLocal(ctx.principal);
        return { images: await images.importPath(input.source.path, input) };
      }
      return { transfer: ctx.mintTransfer((body, signal) => images.importStream(body, input, signal)) };
    }),
  load: procedure('image.write')
    .input(loadInput)
    .mutation(async ({ ctx, input }): Promise<Taken> => {
      const { images } = ctx.services;
      if (input.source.kind === 'path') {
        requireLocal(ctx.principal);
        return { images: await images.loadPath(input.source.path) };
      }
      return { transfer: ctx.mintTransfer((body, signal) => images.loadStream(body, signal)) };
    }),
  /** A path to GET the archive from. */
  save: procedure('image.read')
    .input(saveInput)
    .mutation(({ ctx, input }) => ({
      transfer: ctx.mintDownload((signal) => ctx.services.images.save(input, signal)),
    })),
});
