import { procedure, router } from '../procedure.ts';
import { followTaskInput, taskInput } from '../schemas/task.ts';

export const tasksRouter = router({
  list: procedure('image.read').query(({ ctx }) => ctx.services.tasks.list()),
  get: procedure('image.read')
    .input(taskInput)
    .query(({ ctx, input }) => ctx.services.tasks.get(input.task)),
  follow: procedure('image.read')
    .input(followTaskInput)
    .query(({ ctx, input }) => ctx.services.tasks.follow(input.task, input.after, ctx.signal)),
  cancel: procedure('image.write')
    .input(taskInput)
    .mutation(({ ctx, input }) => ctx.services.tasks.cancel(input.task)),
});
