import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connect, FrameClient } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { cpuShare } from '../measure.ts';
import type { Row } from '../table.ts';
import type { World } from '../world.ts';
import { crowd, removeAll } from '../yard.ts';

const BOXES = 1000;
const WATCH_MS = 10_000;
/** So many rows are in sight in a tall window. */
const IN_SIGHT = 40;
/** The first rings of seconds are made, the snapshots are sent. */
const SETTLE_MS = 3_000;

/** What follows a thousand starts, events to write and logs to watch, is over. */
const START_SETTLE_MS = 15_000;

/** A thousand boxes that run, and tabs that look at them: what the agent does for it. */
export async function feedRows(world: World): Promise<Row[]> {
  const ids = await crowd(world, { boxes: BOXES, running: BOXES });
  await sleep(START_SETTLE_MS);
  const rows: Row[] = [];
  for (const [tabs, watched] of [
    [0, []],
    [1, ids.slice(0, IN_SIGHT)],
    [12, ids.slice(0, IN_SIGHT)],
    [1, 'all'],
  ] as const) {
    rows.push(await watchRow(world, tabs, watched === 'all' ? 'all' : [...watched]));
  }
  await removeAll(world, ids);
  return rows;
}

async function watchRow(world: World, tabs: number, containers: string[] | 'all'): Promise<Row> {
  let bytes = 0;
  const transport = unixTransport(join(world.run, 'boxd.sock'));
  const counted: Connect = (handlers) =>
    transport({
      ...handlers,
      bytes: (chunk) => {
        bytes += chunk.length;
        handlers.bytes(chunk);
      },
    });
  const clients = Array.from({ length: tabs }, () => {
    const client = new FrameClient({ connect: counted, build: 'bench' });
    client.feed({ message: () => undefined }).watch({ host: true, containers });
    return client;
  });
  await sleep(SETTLE_MS);
  bytes = 0;
  const share = await cpuShare(world.pid, WATCH_MS);
  const perSecond = (bytes / WATCH_MS) * 1000;
  for (const client of clients) client.close();
  await sleep(SETTLE_MS);
  const looks = containers === 'all' ? 'all rows' : `${containers.length} rows`;
  return {
    what: `agent's CPU, ${BOXES} running, ${tabs === 0 ? 'nobody looks' : `${tabs} tab${tabs > 1 ? 's' : ''} with ${looks}`}`,
    figure: `${(share * 100).toFixed(1)} %`,
    peer: tabs === 0 ? '' : `${(perSecond / 1000).toFixed(1)} kB/s`,
    bar: '',
  };
}
