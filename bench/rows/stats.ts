import { median, quantile, times } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';
import { crowd, removeAll } from '../yard.ts';

const RUNNING = 100;
const BAR_MS = 20;
/** Samples closer together than this are one: the agent would answer from memory. */
const FRESH_MS = 300;
const RUNS = 20;

/** `box stats` of everything: what the agent takes for a look at a hundred cgroups. */
export async function statsRows(world: World): Promise<Row[]> {
  const ids = await crowd(world, { boxes: RUNNING, running: RUNNING });
  const ask = async () => {
    const begin = performance.now();
    const stats = await world.call<unknown[]>('stats.containers', {});
    if (stats.length !== RUNNING) throw new Error(`statistics of ${stats.length} boxes, not ${RUNNING}`);
    const took = performance.now() - begin;
    await new Promise((resolve) => setTimeout(resolve, FRESH_MS));
    return took;
  };
  const values = await times(RUNS, ask);
  await removeAll(world, ids);
  return [
    {
      what: `statistics of ${RUNNING} boxes, fresh`,
      figure: ms(median(values)),
      peer: `p95 ${ms(quantile(values, 0.95))}`,
      bar: `≤ ${BAR_MS} ms`,
      reached: median(values) <= BAR_MS,
    },
  ];
}
