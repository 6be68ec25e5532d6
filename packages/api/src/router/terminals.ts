import { procedure, router } from '../procedure.ts';
import { terminalInput, terminalListInput, terminalRenameInput } from '../schemas/terminal.ts';

export const terminalsRouter = router({
  list: procedure('container.read')
    .input(terminalListInput)
    .query(({ ctx, input }) => ctx.services.terminals.list(input.container)),
  find: procedure('container.read')
    .input(terminalInput)
    .query(({ ctx, input }) => ctx.services.terminals.find(input.session)),
  rename: procedure('container.exec')
    .input(terminalRenameInput)
    .mutation(({ ctx, input }) => ctx.services.terminals.rename(input.session, input.name)),
  end: procedure('container.exec')
    .input(terminalInput)
    .mutation(({ ctx, input }) => ctx.services.terminals.end(input.session)),
});
