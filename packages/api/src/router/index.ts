import { router } from '../procedure.ts';
import { accessRouter } from './access.ts';
import { containersRouter } from './containers.ts';
import { eventsRouter } from './events.ts';
import { imagesRouter } from './images.ts';
import { statsRouter } from './stats.ts';
import { systemRouter } from './system.ts';
import { terminalsRouter } from './terminals.ts';

export const appRouter = router({
  access: accessRouter,
  containers: containersRouter,
  events: eventsRouter,
  images: imagesRouter,
  stats: statsRouter,
  system: systemRouter,
  terminals: terminalsRouter,
});
export type AppRouter = typeof appRouter;
