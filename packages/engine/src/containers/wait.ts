import type { ContainerView } from '@boxyard/api';
import { BoxError, isAlive } from '@boxyard/spec';
import { type EngineContext, findContainer } from '../context.ts';
import { viewOf } from './view.ts';

/** Resolves when the container does not run (any more), also when it is removed meanwhile: with how it ended. */
export async function waitForContainer(
  engine: EngineContext,
  reference: string,
  signal?: AbortSignal,
): Promise<ContainerView> {
  const container = findContainer(engine, reference);
  const signals = signal ? AbortSignal.any([signal, engine.background.signal]) : engine.background.signal;
  if (await container.until(() => container.gone || !isAlive(container.state), { signal: signals })) {
    return viewOf(container);
  }
  throw engine.background.signal.aborted
    ? new BoxError('UNAVAILABLE', 'the agent is going down', { hint: 'wait again when it is back' })
    : new BoxError('CANCELLED', 'nobody waits any more');
}
