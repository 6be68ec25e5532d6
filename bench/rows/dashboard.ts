import { join } from 'node:path';
import { firstLoads } from '../../apps/web/scripts/first-load.ts';
import type { Row } from '../table.ts';

const BAR = 240_000;

/** Scripts a browser loads before anything is pressed, on the heaviest page; also what `npm run build -w apps/web` refuses to exceed. */
export async function dashboardRows(): Promise<Row[]> {
  const [heaviest, ...others] = firstLoads(join(import.meta.dirname, '../../apps/web/out'));
  if (!heaviest) throw new Error('the dashboard is not built: npm run build');
  const lightest = others.at(-1) ?? heaviest;
  return [
    {
      what: `dashboard's first load, gzipped scripts, ${heaviest.route}`,
      figure: kb(heaviest.bytes),
      peer: `${lightest.route}: ${kb(lightest.bytes)}`,
      bar: `≤ ${kb(BAR)}`,
      reached: heaviest.bytes <= BAR,
    },
  ];
}

const kb = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
