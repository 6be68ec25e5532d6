import { z } from 'zod';
import { procedure, router } from '../procedure.ts';
import {
  containerFilter,
  containerInput,
  containerReference,
  createInput,
  execInput,
  killInput,
  removeInput,
  renameInput,
  startInput,
  stopInput,
} from '../schemas/container.ts';
import { copyFromInput, copyToInput, pruneContainersInput, statPathInput } from '../schemas/copy.ts';

const execReference = z.strictObject({ container: containerReference, exec: z.string() });

export const containersRouter = router({
  list: procedure('container.read')
    .input(containerFilter)
    .query(({ ctx, input }) => ctx.services.containers.list(input)),
  inspect: procedure('container.read')
    .input(containerInput)
    .query(({ ctx, input }) => ctx.services.containers.inspect(input.container)),
  plan: procedure('container.read')
    .input(containerInput)
    .query(({ ctx, input }) => ctx.services.containers.plan(input.container)),
  top: procedure('container.read')
    .input(containerInput)
    .query(({ ctx, input }) => ctx.services.containers.top(input.container)),
  wait: procedure('container.read')
    .input(containerInput)
    .query(({ ctx, input }) => ctx.services.containers.wait(input.container, ctx.signal)),
  create: procedure('container.write')
    .input(createInput)
    .mutation(({ ctx, input }) => ctx.services.containers.create(input)),
  start: procedure('container.write')
    .input(startInput)
    .mutation(({ ctx, input: { container, rows, columns } }) =>
      ctx.services.containers.start(container, rows && columns ? { rows, columns } : undefined),
    ),
  stop: procedure('container.write')
    .input(stopInput)
    .mutation(({ ctx, input }) => ctx.services.containers.stop(input.container, input.timeout)),
  restart: procedure('container.write')
    .input(stopInput)
    .mutation(({ ctx, input }) => ctx.services.containers.restart(input.container, input.timeout)),
  kill: procedure('container.write')
    .input(killInput)
    .mutation(({ ctx, input }) => ctx.services.containers.kill(input.container, input.signal)),
  remove: procedure('container.write')
    .input(removeInput)
    .mutation(({ ctx, input }) => ctx.services.containers.remove(input.container, input)),
  rename: procedure('container.write')
    .input(renameInput)
    .mutation(({ ctx, input }) => ctx.services.containers.rename(input.container, input.name)),
  exec: procedure('container.exec')
    .input(execInput)
    .mutation(({ ctx, input }) => ctx.services.containers.exec(input)),
  execWait: procedure('container.read')
    .input(execReference)
    .query(({ ctx, input }) => ctx.services.containers.execWait(input.container, input.exec, ctx.signal)),
  diff: procedure('container.read')
    .input(containerInput)
    .query(({ ctx, input }) => ctx.services.containers.diff(input.container)),
  statPath: procedure('container.read')
    .input(statPathInput)
    .query(({ ctx, input }) => ctx.services.containers.statPath(input.container, input.path)),
  /** A path to GET the archive from. */
  export: procedure('container.read')
    .input(containerInput)
    .mutation(({ ctx, input }) => ({
      transfer: ctx.mintDownload((signal) => ctx.services.containers.export(input.container, signal)),
    })),
  copyFrom: procedure('container.read')
    .input(copyFromInput)
    .mutation(({ ctx, input }) => ({
      transfer: ctx.mintDownload((signal) => ctx.services.containers.copyFrom(input, signal)),
    })),
  /** A path to POST the archive to. */
  copyTo: procedure('container.write')
    .input(copyToInput)
    .mutation(({ ctx, input }) => ({
      transfer: ctx.mintTransfer((body, signal) => ctx.services.containers.copyTo(input, body, signal)),
    })),
  prune: procedure('container.write')
    .input(pruneContainersInput)
    .mutation(({ ctx, input }) => ctx.services.containers.prune(input)),
});
