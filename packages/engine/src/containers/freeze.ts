import type { EngineContext } from '../context.ts';
import type { Container } from './container.ts';

/** An agent that was killed while it read a running container left that frozen. Throws KernelError. */
export async function thawLeftFrozen(engine: EngineContext, { id, state }: Container): Promise<void> {
  if (state !== 'paused' && engine.cgroups.events(id)?.frozen) await engine.cgroups.freeze(id, false);
}

/**
 * Stops every process of a running container until it is disposed of. One that is paused already stays so; one that does not run needs
 * nothing.
 */
export async function freeze(
  engine: EngineContext,
  container: Container,
  wanted: boolean,
): Promise<AsyncDisposable> {
  const frozen = wanted && container.state === 'running';
  const thaw = async () => {
    if (frozen && engine.cgroups.events(container.id)) await engine.cgroups.freeze(container.id, false);
  };
  try {
    if (frozen) await engine.cgroups.freeze(container.id, true);
  } catch (error) {
    await thaw();
    throw error;
  }
  return { [Symbol.asyncDispose]: thaw };
}
