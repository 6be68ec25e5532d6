import { readFileSync } from 'node:fs';
import type { TopView } from '@boxyard/api';
import { type ContainerProcess, containerTop } from '@boxyard/runtime';
import { type EngineContext, findContainer } from '../context.ts';

const TITLES = ['PID', 'HOST PID', 'UID', 'STATE', 'THREADS', 'RSS', 'TIME', 'STARTED', 'COMMAND'];

/** The container's processes, read from /proc by ourselves. PID is the number inside, RSS in bytes, TIME in seconds, STARTED as RFC 3339. */
export function topOf(engine: EngineContext, reference: string): TopView {
  const container = findContainer(engine, reference);
  container.assertCan('top');
  const bootedAt = bootTime();
  const processes = containerTop(engine.cgroups.procs(container.id));
  return { titles: TITLES, processes: processes.map((process) => rowOf(process, bootedAt)) };
}

function rowOf(process: ContainerProcess, bootedAt: number): string[] {
  return [
    String(process.innerPid),
    String(process.pid),
    String(process.uid),
    process.state,
    String(process.threads),
    String(process.memory),
    process.cpuSeconds.toFixed(2),
    new Date((bootedAt + process.startedAfterBoot) * 1000).toISOString(),
    process.command.join(' '),
  ];
}

/** Unix seconds (proc_stat(5), btime). */
function bootTime(): number {
  const [, seconds] = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8')) ?? [];
  return Number(seconds);
}
