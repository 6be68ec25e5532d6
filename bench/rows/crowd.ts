import { performance } from 'node:perf_hooks';
import { median, times } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

const CROWD = 100;

/** 100 containers at once, the list of them, the agent killed under them. */
export async function crowdRows(world: World): Promise<Row[]> {
  const ids = await Promise.all(
    Array.from({ length: CROWD }, async (_, index) => {
      const { id } = await world.call<{ id: string }>('containers.create', {
        image: 'busybox',
        name: `crowd-${index}`,
        command: ['sleep', '1000000'],
      });
      return id;
    }),
  );
  const begin = performance.now();
  await Promise.all(ids.map((container) => world.call('containers.start', { container })));
  const started = performance.now() - begin;
  const list = await times(20, () => world.call('containers.list', { all: true }));
  const killed: number[] = [];
  for (let round = 0; round < 5; round++) {
    killed.push(await world.restart('SIGKILL'));
    const running = await world.call<{ state: string }[]>('containers.list', {});
    if (running.length !== CROWD)
      throw new Error(`${running.length} of ${CROWD} containers are running after the restart`);
  }
  const removing = performance.now();
  await Promise.all(ids.map((container) => world.call('containers.remove', { container, force: true })));
  const removed = performance.now() - removing;
  return [
    {
      what: '100 containers started at once',
      figure: ms(started),
      peer: '',
      bar: '≤ 2000 ms',
      reached: started <= 2000,
    },
    { what: 'list of 100', figure: ms(median(list)), peer: '', bar: '' },
    {
      what: 'agent killed with 100: its start to all adopted',
      figure: ms(median(killed)),
      peer: '',
      bar: '≤ 1000 ms',
      reached: median(killed) <= 1000,
    },
    { what: '100 containers removed by force at once', figure: ms(removed), peer: '', bar: '' },
  ];
}
