import { procedure, router } from '../procedure.ts';
import { eventsInput } from '../schemas/events.ts';

export const eventsRouter = router({
  list: procedure('container.read')
    .input(eventsInput)
    .query(({ ctx, input }) => ctx.services.events.list(input)),
});
