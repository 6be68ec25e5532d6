import { join } from 'node:path';
import { firstLoads } from '../../apps/web/scripts/first-load.ts';
import type { Row } from '../table.ts';
import type { World } from '../world.ts';
import { loadRows } from './dashboard-load.ts';

const BAR = 240_000;

/** How the dashboard's pages load. */
export async function dashboardRows(world: World): Promise<Row[]> {
  return [...sizeRows(), ...(await loadRows(world))];
}

/** Scripts a browser loads before anything is pressed, each page; also what `npm run build -w apps/web` refuses to exceed. */
function sizeRows(): Row[] {
  const loads = firstLoads(join(import.meta.dirname, '../../apps/web/out'));
  if (loads.length === 0) throw new Error('the dashboard is not built: npm run build');
  return loads.map(({ route, bytes }) => ({
    what: `first load of ${route}, gzipped scripts`,
    figure: kb(bytes),
    peer: '',
    bar: `≤ ${kb(BAR)}`,
    reached: bytes <= BAR,
  }));
}

const kb = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
