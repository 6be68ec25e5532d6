import { router } from '../procedure.ts';
import { containersRouter } from './containers.ts';
import { imagesRouter } from './images.ts';
import { systemRouter } from './system.ts';

export const appRouter = router({ containers: containersRouter, images: imagesRouter, system: systemRouter });
export type AppRouter = typeof appRouter;
