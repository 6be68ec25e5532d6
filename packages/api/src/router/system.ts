import { BoxError } from '@boxyard/spec';
import { z } from 'zod';
import { procedure, router } from '../procedure.ts';

export const systemRouter = router({
  info: procedure('system.read').query(({ ctx }) => ctx.services.system.info()),
  version: procedure('system.read').query(({ ctx }) => ctx.services.system.version()),
  doctor: procedure('system.read')
    .input(z.strictObject({ leaks: z.boolean().default(false) }))
    .query(({ ctx, input }) => ctx.services.system.doctor(input)),
  disk: procedure('system.read').query(({ ctx }) => ctx.services.system.disk()),
  /** A one-time link for the dashboard; only for those who may open the unix socket. */
  signInLink: procedure('session.self').mutation(({ ctx }) => {
    if (ctx.principal.kind !== 'unix')
      throw new BoxError('PERMISSION_DENIED', 'sign-in links are made on the host', {
        hint: 'run "box ui" there',
      });
    return ctx.mintSignIn();
  }),
});
