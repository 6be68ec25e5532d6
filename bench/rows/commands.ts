import { performance } from 'node:perf_hooks';
import { median, processTime, times } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

const RUNS = 20;

/** Whole `box` processes against an empty pinned Node, and stop + rm in the agent. */
export async function commandRows(world: World): Promise<Row[]> {
  const { id } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    name: 'bench-idle',
    command: ['sleep', '1000000'],
  });
  await world.call('containers.start', { container: id });
  const row = async (what: string, args: string[], bar: number): Promise<Row> => {
    const value = median(await times(RUNS, () => processTime(world.box, args)));
    const ratio = value / world.emptyNode;
    return {
      what,
      figure: ms(value),
      peer: `empty Node ${ms(world.emptyNode)}`,
      ratio,
      bar: `≤ ${bar} × empty Node`,
      reached: ratio <= bar,
    };
  };
  const rows = [
    await row('box ps, whole process', ['ps'], 2),
    await row('box exec NAME true, whole process', ['exec', 'bench-idle', 'true'], 2.5),
    await row(
      'box run --rm --network none busybox true, whole process',
      ['run', '--rm', '--network', 'none', 'busybox', 'true'],
      3,
    ),
  ];
  await world.call('containers.remove', { container: id, force: true });
  return [...rows, await stopRow(world)];
}

/** A container that obeys SIGTERM: stop and remove, both calls over the socket. */
async function stopRow(world: World): Promise<Row> {
  const values = await times(RUNS, async () => {
    const command = ['sh', '-c', 'trap "exit 0" TERM; echo ready; while :; do sleep 1000 & wait $!; done'];
    const { id } = await world.call<{ id: string }>('containers.create', { image: 'busybox', command });
    await world.call('containers.start', { container: id });
    // The trap is set when the shell waits: /proc says so without a guess about time.
    await untilSleeping(world, id);
    const begin = performance.now();
    await world.call('containers.stop', { container: id });
    await world.call('containers.remove', { container: id });
    return performance.now() - begin;
  });
  const value = median(values);
  return {
    what: 'stop (SIGTERM obeyed) + rm, two calls',
    figure: ms(value),
    peer: '',
    bar: '≤ 20 ms',
    reached: value <= 20,
  };
}

async function untilSleeping(world: World, container: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { processes } = await world.call<{ processes: string[][] }>('containers.top', { container });
    if (
      processes.some((cells) => cells.join(' ').includes('sleep 1000') && !cells.join(' ').includes('trap'))
    )
      return;
  }
  throw new Error('the container never reached its sleep');
}
