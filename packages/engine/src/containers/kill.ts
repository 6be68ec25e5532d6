import type { ContainerView } from '@boxyard/api';
import { parseSignal } from '@boxyard/spec';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import { killAll } from './stop.ts';
import { tellContainer } from './tell.ts';
import { viewOf } from './view.ts';

const SIGKILL = 9;

/**
 * Sends a signal to the container's first process. SIGKILL goes to all its processes at once and waits until it ended. Takes no lock: it
 * must get through while a stop waits.
 */
export async function killContainer(
  engine: EngineContext,
  reference: string,
  signal: string,
): Promise<ContainerView> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  const number = parseSignal(signal);
  container.assertCan('kill');
  if (container.state === 'starting') {
    using _started = await container.lock.acquire();
    container.assertCan('kill');
  }
  tellContainer(engine, container, { action: 'kill', attributes: { signal: String(number) } });
  if (number === SIGKILL) await killAll(engine, container);
  else await container.supervision?.client.signal(number);
  return viewOf(container);
}
