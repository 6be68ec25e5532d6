import type { ContainerView, TerminalSize } from '@boxyard/api';
import { type EngineContext, lockContainer } from '../context.ts';
import { launch } from './launch.ts';
import { viewOf } from './view.ts';

/** Starts a container that does not run; its file system is what it left. Resolves once its program runs. */
export async function startContainerByReference(
  engine: EngineContext,
  reference: string,
  size?: TerminalSize,
): Promise<ContainerView> {
  using held = await lockContainer(engine, reference);
  held.container.assertCan('start');
  await launch(engine, held.container, size);
  return viewOf(held.container);
}
