import { router } from '../procedure.ts';
import { accessRouter } from './access.ts';
import { containersRouter } from './containers.ts';
import { eventsRouter } from './events.ts';
import { imagesRouter } from './images.ts';
import { registriesRouter } from './registries.ts';
import { statsRouter } from './stats.ts';
import { systemRouter } from './system.ts';
import { tasksRouter } from './tasks.ts';
import { terminalsRouter } from './terminals.ts';
import { volumesRouter } from './volumes.ts';

export const appRouter = router({
  access: accessRouter,
  containers: containersRouter,
  events: eventsRouter,
  images: imagesRouter,
  registries: registriesRouter,
  stats: statsRouter,
  system: systemRouter,
  tasks: tasksRouter,
  terminals: terminalsRouter,
  volumes: volumesRouter,
});
export type AppRouter = typeof appRouter;
