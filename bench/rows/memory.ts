import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../measure.ts';
import { mb, type Row } from '../table.ts';
import type { World } from '../world.ts';

/** PSS of one supervisor and RSS of the agent, both with ten idle containers. */
export async function memoryRows(world: World): Promise<Row[]> {
  const ids: string[] = [];
  for (let index = 0; index < 10; index++) {
    const { id } = await world.call<{ id: string }>('containers.create', {
      image: 'busybox',
      command: ['sleep', '1000000'],
    });
    await world.call('containers.start', { container: id });
    ids.push(id);
  }
  await sleep(1000); // the agent at rest, not in the middle of the last start
  const pss = ids.map((id) =>
    kilobytes(
      Number(readFileSync(join(world.run, 'containers', id, 'shim.pid'), 'utf8')),
      'smaps_rollup',
      'Pss',
    ),
  );
  const rss = kilobytes(world.pid, 'status', 'VmRSS');
  for (const container of ids) await world.call('containers.remove', { container, force: true });
  return [
    {
      what: 'supervisor per container (PSS, 10 idle)',
      figure: mb(median(pss) * 1024),
      peer: '',
      bar: '≤ 0.5 MB',
      reached: median(pss) * 1024 <= 500_000,
    },
    {
      what: 'agent (RSS, 10 idle containers)',
      figure: mb(rss * 1024),
      peer: '',
      bar: '≤ 110 MB',
      reached: rss * 1024 <= 110e6,
    },
  ];
}

/** A line in kB of a file in /proc/PID. */
export function kilobytes(pid: number, file: string, key: string): number {
  const line = readFileSync(`/proc/${pid}/${file}`, 'utf8').match(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm'));
  if (!line) throw new Error(`/proc/${pid}/${file} has no ${key}`);
  return Number(line[1]);
}
