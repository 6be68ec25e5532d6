import { BoxError } from '@boxyard/spec';
import { procedure, router } from '../procedure.ts';
import { imageInput, importInput, removeImageInput, tagInput } from '../schemas/image.ts';
import type { ImageView } from '../views.ts';

export const imagesRouter = router({
  list: procedure('image.read').query(({ ctx }) => ctx.services.images.list()),
  inspect: procedure('image.read')
    .input(imageInput)
    .query(({ ctx, input }) => ctx.services.images.inspect(input.image)),
  tag: procedure('image.write')
    .input(tagInput)
    .mutation(({ ctx, input }) => ctx.services.images.tag(input.image, input.tag)),
  remove: procedure('image.write')
    .input(removeImageInput)
    .mutation(({ ctx, input }) => ctx.services.images.remove(input.image, { force: input.force })),
  /** A path is imported at once (`images`); an upload gets a path to POST the archive to (`transfer`), which answers with the image. */
  import: procedure('image.write')
    .input(importInput)
    .mutation(async ({ ctx, input }): Promise<{ images: ImageView[] } | { transfer: string }> => {
      if (input.source.kind === 'path') {
        if (ctx.principal.kind !== 'unix') {
          throw new BoxError('PERMISSION_DENIED', 'only the command line may name a path of the host', {
            hint: 'upload the archive instead',
          });
        }
        return { images: await ctx.services.images.importPath(input.source.path, input) };
      }
      return {
        transfer: ctx.mintTransfer((body, signal) => ctx.services.images.importStream(body, input, signal)),
      };
    }),
});
