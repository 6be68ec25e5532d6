import { procedure, router } from '../procedure.ts';
import { auditInput, removePasswordInput, revokeInput, setPasswordInput } from '../schemas/access.ts';

/** Who may come in to the dashboard. */
export const accessRouter = router({
  status: procedure('session.self').query(({ ctx }) => ctx.access.status()),
  sessions: procedure('access.manage').query(({ ctx }) => ctx.access.sessions()),
  revoke: procedure('access.manage')
    .input(revokeInput)
    .mutation(({ ctx, input }) => ctx.access.revoke(input.session)),
  revokeOthers: procedure('access.manage').mutation(({ ctx }) => ({ revoked: ctx.access.revokeOthers() })),
  setPassword: procedure('access.manage')
    .input(setPasswordInput)
    .mutation(({ ctx, input }) => ctx.access.setPassword(input.password, input.current)),
  removePassword: procedure('access.manage')
    .input(removePasswordInput)
    .mutation(({ ctx, input }) => ctx.access.removePassword(input.current)),
  audit: procedure('access.manage')
    .input(auditInput)
    .query(({ ctx, input }) => ctx.services.audit.list(input)),
});
