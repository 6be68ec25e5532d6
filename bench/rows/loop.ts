import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

interface Info {
  agent: { eventLoopDelayMs: { p50: number; p99: number; max: number } };
}

/** How long the agent's event loop was ever blocked since its last start, as its own monitorEventLoopDelay saw it. */
export async function loopRow(world: World, during: string): Promise<Row> {
  const { agent } = await world.call<Info>('system.info', undefined);
  const { p50, p99, max } = agent.eventLoopDelayMs;
  return {
    what: `event loop's longest pause, ${during}`,
    figure: ms(max),
    peer: `p50 ${ms(p50)}, p99 ${ms(p99)}`,
    bar: '≤ 20 ms',
    reached: max <= 20,
  };
}
