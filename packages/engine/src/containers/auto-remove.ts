import { isAlive } from '@boxyard/spec';
import type { EngineContext } from '../context.ts';
import type { Container } from './container.ts';
import { removeLocked } from './remove.ts';

/** A viewer that does not take its output holds an automatic removal up for so long; the shim keeps it no longer either. */
const VIEWERS_MS = 30_000;
/** Clients reconnect for 60 s after the agent came back: they must find how their container ended. */
const RECONNECT_MS = 60_000;

/** `--rm`: removes an ended container once its viewers have seen the end. After an adoption those may still be on their way. */
export function removeEnded(engine: EngineContext, container: Container): void {
  void engine.background.run('removing an ended container', async () => {
    const { signal } = engine.background;
    const returning = RECONNECT_MS - (performance.now() - (container.adoptedAt ?? Number.NEGATIVE_INFINITY));
    if (returning > 0) await container.until(() => container.endSeen, { timeout: returning, signal });
    await container.until(() => container.viewers.size === 0, { timeout: VIEWERS_MS, signal });
    if (signal.aborted) return;
    using _held = await container.lock.acquire();
    // Restarted meanwhile, or removed by hand.
    if (!container.gone && !isAlive(container.state)) {
      await removeLocked(engine, container, { volumes: true });
    }
  });
}
