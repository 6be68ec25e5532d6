import { setTimeout as sleep } from 'node:timers/promises';
import { footprint, lookAround } from '../../e2e/web/use.ts';
import { signedInBrowser } from '../browser.ts';
import { cpuShare } from '../measure.ts';
import { mb, type Row } from '../table.ts';
import type { World } from '../world.ts';
import { crowd, removeAll } from '../yard.ts';
import { kilobytes } from './memory.ts';

const RUNNING = 10;
const QUIET_MS = 20_000;
const USE_MS = 120_000;
/** What is put off until nobody asks for it any more (connections kept alive, screens kept for a return) is over. */
const SETTLE_MS = 10_000;
const CPU_BAR = 0.003;
/** The kernel books CPU time in steps of 10 ms: two of them over the quiet time are noise. */
const NOISE = 0.001;
const RSS_BAR = 110e6;

/** The agent with ten idle boxes, before and after two minutes of somebody who opens and closes everything. */
export async function idleRows(world: World): Promise<Row[]> {
  const ids = await crowd(world, { boxes: RUNNING, running: RUNNING });
  const { id: box } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    command: ['sh'],
    tty: true,
    openStdin: true,
  });
  await world.call('containers.start', { container: box });
  await sleep(SETTLE_MS);
  const before = await rest(world);
  const rounds = await use(world, box);
  await sleep(SETTLE_MS);
  const after = await rest(world);
  await removeAll(world, [...ids, box]);
  return [
    {
      what: `idle agent, ${RUNNING} boxes, after ${rounds} rounds of use: CPU`,
      figure: `${(after.cpu * 100).toFixed(2)} %`,
      peer: `before: ${(before.cpu * 100).toFixed(2)} %`,
      bar: '≤ 0.3 %, no more than before',
      reached: after.cpu <= CPU_BAR && after.cpu <= before.cpu + NOISE,
    },
    {
      what: '  memory (RSS)',
      figure: mb(after.rss),
      peer: `before: ${mb(before.rss)}`,
      bar: `≤ ${RSS_BAR / 1e6} MB`,
      reached: after.rss <= RSS_BAR,
    },
    {
      what: '  open descriptors',
      figure: String(after.descriptors),
      peer: `before: ${before.descriptors}`,
      bar: 'no more than before',
      reached: after.descriptors <= before.descriptors,
    },
  ];
}

async function use(world: World, box: string): Promise<number> {
  await using browser = await signedInBrowser(world);
  const end = Date.now() + USE_MS;
  let rounds = 0;
  while (Date.now() < end) await lookAround(browser.page, box, rounds++);
  return rounds;
}

async function rest(world: World): Promise<{ cpu: number; rss: number; descriptors: number }> {
  const cpu = await cpuShare(world.pid, QUIET_MS);
  const { descriptors } = footprint(world.pid);
  return {
    cpu,
    rss: kilobytes(world.pid, 'status', 'VmRSS') * 1024,
    descriptors: Object.values(descriptors).reduce((sum, count) => sum + count, 0),
  };
}
