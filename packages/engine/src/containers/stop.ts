import type { ContainerView } from '@boxyard/api';
import { BoxError, isAlive, signalName } from '@boxyard/spec';
import { type EngineContext, findContainer, lockContainer } from '../context.ts';
import type { Container } from './container.ts';
import { viewOf } from './view.ts';

/** After cgroup.kill only a process stuck in the kernel (a dead disk or server) is still there this late. */
const KILL_TIMEOUT_MS = 10_000;

/** Asks the container to end by its stop signal and, after `timeout` seconds (default: its own), kills it. */
export async function stopContainer(
  engine: EngineContext,
  reference: string,
  timeout?: number,
): Promise<ContainerView> {
  findContainer(engine, reference).assertCan('stop');
  using held = await lockContainer(engine, reference);
  const { container } = held;
  // While we waited for the lock somebody else may have stopped it: that is what was asked for.
  if (isAlive(container.state))
    await endContainer(engine, container, timeout ?? container.row.config.stopTimeout);
  return viewOf(container);
}

/** The story of a stop, under the container's lock. Resolves when its end is recorded. */
export async function endContainer(
  engine: EngineContext,
  container: Container,
  seconds: number,
): Promise<void> {
  engine.containers.update(container, { state: 'stopping', stopAsked: true });
  const ended = () => !isAlive(container.state);
  if (seconds > 0 && (await askToStop(container))) {
    const { signal } = engine.background;
    if (await container.until(ended, { timeout: seconds * 1000, signal })) return;
    // The next agent finds the state and finishes the stop.
    if (signal.aborted)
      throw new BoxError('UNAVAILABLE', 'the agent is going down; the stop goes on when it is back');
  }
  await killAll(engine, container);
}

/** False when there is nobody to ask any more. */
async function askToStop(container: Container): Promise<boolean> {
  try {
    await container.supervision?.client.signal(container.row.config.stopSignal);
    return true;
  } catch {
    return false;
  }
}

/** SIGKILL to every process of the container at once, frozen or not. Resolves when its end is recorded. */
export async function killAll(engine: EngineContext, container: Container): Promise<void> {
  if (!isAlive(container.state)) return;
  if (!container.row.stopAsked) engine.containers.update(container, { stopAsked: true });
  engine.cgroups.kill(container.id);
  const ended = await container.until(() => !isAlive(container.state), {
    timeout: KILL_TIMEOUT_MS,
    signal: engine.background.signal,
  });
  if (ended) return;
  throw new BoxError(
    'TIMEOUT',
    `container "${container.name}" did not end though it was killed (${signalName(9)})`,
    {
      hint: `a process of it may be stuck in the kernel: see ${engine.cgroups.path(container.id)}/cgroup.procs`,
    },
  );
}
