import { procedure, router } from '../procedure.ts';
import { hostHistoryInput, statsHistoryInput, statsInput } from '../schemas/stats.ts';

export const statsRouter = router({
  containers: procedure('container.read')
    .input(statsInput)
    .query(({ ctx, input }) => ctx.services.stats.containers(input.containers)),
  history: procedure('container.read')
    .input(statsHistoryInput)
    .query(({ ctx, input }) => ctx.services.stats.history(input.container, input.step)),
  host: procedure('system.read').query(({ ctx }) => ctx.services.stats.host()),
  hostHistory: procedure('system.read')
    .input(hostHistoryInput)
    .query(({ ctx, input }) => ctx.services.stats.hostHistory(input.step)),
});
