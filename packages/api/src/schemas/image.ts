import { z } from 'zod';

export const imageReference = z.string().min(1).max(512);
export const imageInput = z.strictObject({ image: imageReference });
export const removeImageInput = z.strictObject({ image: imageReference, force: z.boolean().default(false) });
export const tagInput = z.strictObject({ image: imageReference, tag: imageReference });

/** `box import`: where the archive comes from. `path`: on the agent's host, read by the agent (unix socket callers only). */
export const importInput = z.strictObject({
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('path'), path: z.string().regex(/^\/[^\0]*$/) }),
    /** A body sent to /transfer/<ticket> first asks for one here; the upload then runs the import. */
    z.strictObject({ kind: z.literal('upload') }),
  ]),
  /** `name[:tag]`; required for uploads, else from the file's name. */
  name: z.string().max(512).optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  env: z.array(z.string()).optional(),
  workdir: z.string().optional(),
  user: z.string().optional(),
});
export type ImportRequest = z.output<typeof importInput>;
