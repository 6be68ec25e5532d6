import { performance } from 'node:perf_hooks';
import { measureFloor } from '../floor.ts';
import { median, processTime, run, times, versionOf } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';
import { makeBundle } from './bundle.ts';

const RUNS = 30;
/** The agent is warm: its code has run often enough to be compiled, as after its first minute of work. */
const WARMUP = 30;

/** Start of a container in a warm agent, call to execve done, against the kernel's floor and the OCI runtimes beside it. */
export async function startRows(world: World): Promise<Row[]> {
  const rows: Row[] = [];
  for (const network of ['none', 'host'] as const) {
    const floor = await measureFloor(world.work, world.cgroups, { network: network === 'none', runs: RUNS });
    const { id } = await world.call<{ id: string }>('containers.create', {
      image: 'busybox',
      command: ['true'],
      network,
    });
    const values = await times(
      RUNS,
      async () => {
        const begin = performance.now();
        await world.call('containers.start', { container: id });
        const took = performance.now() - begin;
        await world.call('containers.wait', { container: id });
        return took;
      },
      WARMUP,
    );
    await world.call('containers.remove', { container: id });
    const ratio = median(values) / floor.start;
    rows.push({
      what: `start, --network ${network}: call over the socket to execve done`,
      figure: ms(median(values)),
      peer: `floor ${ms(floor.start)}`,
      ratio,
      bar: '≤ 2 × floor',
      reached: ratio <= 2,
    });
  }
  return [...rows, ...(await peerRows(world))];
}

/** `runc run` and `crun run` of an OCI bundle of the same root: whole processes. */
async function peerRows(world: World): Promise<Row[]> {
  const rows: Row[] = [];
  for (const peer of ['runc', 'crun']) {
    const version = await versionOf(peer);
    const what = `${peer} run, whole process`;
    if (!version) {
      rows.push({ what, figure: 'missing', peer: `${peer} is not installed here`, bar: '' });
      continue;
    }
    const bundle = await makeBundle(world.work, peer);
    const values = await times(20, (index) =>
      processTime(peer, ['run', '--bundle', bundle, `bench-${index + 10}`]),
    ).catch((error: Error) => error);
    rows.push(
      values instanceof Error
        ? { what, figure: 'fails here', peer: values.message.split('\n')[0]?.slice(0, 60) ?? '', bar: '' }
        : { what, figure: ms(median(values)), peer: version, bar: '' },
    );
    await run('rm', ['-rf', bundle]);
  }
  return rows;
}
