import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { type EngineContext, lockContainer } from '../context.ts';
import { launch } from './launch.ts';
import { endContainer } from './stop.ts';
import { tellContainer } from './tell.ts';
import { viewOf } from './view.ts';

/** Stops the container if it runs, then starts it. */
export async function restartContainer(
  engine: EngineContext,
  reference: string,
  timeout?: number,
): Promise<ContainerView> {
  using held = await lockContainer(engine, reference);
  const { container } = held;
  container.assertCan('restart');
  if (isAlive(container.state))
    await endContainer(engine, container, timeout ?? container.row.config.stopTimeout);
  await launch(engine, container);
  tellContainer(engine, container, { action: 'restart' });
  return viewOf(container);
}
