import { performance } from 'node:perf_hooks';
import { median, processTime, times } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

/** A container prints 1 M lines (6.9 MB), and they are read back. */
export async function outputRows(world: World): Promise<Row[]> {
  const command = ['seq', '1', '1000000'];
  const printed = await times(
    10,
    async () => {
      const { id } = await world.call<{ id: string }>('containers.create', { image: 'busybox', command });
      const begin = performance.now();
      await world.call('containers.start', { container: id });
      await world.call('containers.wait', { container: id });
      const took = performance.now() - begin;
      await world.call('containers.remove', { container: id });
      return took;
    },
    1,
  );
  const foreground = await times(10, () => processTime(world.box, ['run', '--rm', 'busybox', ...command]), 1);
  const { id } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    name: 'bench-lines',
    command,
  });
  await world.call('containers.start', { container: id });
  await world.call('containers.wait', { container: id });
  const read = await times(10, () => processTime(world.box, ['logs', 'bench-lines']), 1);
  const tail = await times(10, () => processTime(world.box, ['logs', '-n', '100', 'bench-lines']), 1);
  await world.call('containers.remove', { container: id });
  return [
    {
      what: '1 M lines, start to exit known',
      figure: ms(median(printed)),
      peer: '',
      bar: '≤ 600 ms',
      reached: median(printed) <= 600,
    },
    {
      what: '1 M lines, box run --rm in the foreground',
      figure: ms(median(foreground)),
      peer: '',
      bar: '≤ 600 ms',
      reached: median(foreground) <= 600,
    },
    {
      what: '1 M lines, box logs, whole process',
      figure: ms(median(read)),
      peer: '',
      bar: '≤ 800 ms',
      reached: median(read) <= 800,
    },
    { what: 'box logs -n 100 of them, whole process', figure: ms(median(tail)), peer: '', bar: '' },
  ];
}
