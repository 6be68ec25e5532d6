import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { median, run } from './measure.ts';

export interface Floor {
  /** Median milliseconds from the first system call to execve done. */
  start: number;
  /** … to everything removed again. */
  life: number;
}

/**
 * The kernel's own cost of a container (floor.c), compiled and run now, on the file system that the agent uses.
 * @param work an empty directory on that file system
 * @param cgroups a cgroup2 directory to make cgroups in
 */
export async function measureFloor(
  work: string,
  cgroups: string,
  options: { network: boolean; runs: number },
): Promise<Floor> {
  const directory = mkdtempSync(join(work, 'floor-'));
  const lower = join(directory, 'lower');
  for (const name of ['bin', 'proc', 'dev', 'sys']) mkdirSync(join(lower, name), { recursive: true });
  cpSync('/bin/busybox', join(lower, 'bin/true'));
  const program = join(directory, 'floor');
  await run('gcc', [
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    program,
    join(import.meta.dirname, 'floor.c'),
  ]);
  const { stdout } = await run(program, [
    lower,
    directory,
    cgroups,
    String(options.runs),
    options.network ? '1' : '0',
  ]);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  return {
    start: median(rows.map(([start]) => start as number)) / 1000,
    life: median(rows.map(([, life]) => life as number)) / 1000,
  };
}
