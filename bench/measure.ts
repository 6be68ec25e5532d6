import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** Pause between starts: a tight loop hides the kernel's RCU waits. */
export const PAUSE_MS = 20;

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error('no values to take a quantile of');
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] as number;
}

/** Milliseconds of each of `runs` calls after `warmup` uncounted ones, with the pause between them. A call that resolves with a number timed itself. */
export async function times(
  runs: number,
  call: (index: number) => Promise<unknown>,
  warmup = 2,
): Promise<number[]> {
  const values: number[] = [];
  for (let index = -warmup; index < runs; index++) {
    const begin = performance.now();
    const own = await call(index);
    const took = typeof own === 'number' ? own : performance.now() - begin;
    if (index >= 0) values.push(took);
    await sleep(PAUSE_MS);
  }
  return values;
}

/** Whole life of a process in milliseconds, its output thrown away. Rejects when it exits with anything but `expect`. */
export function processTime(command: string, args: readonly string[], expect = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      const took = performance.now() - begin;
      if (code === expect) resolve(took);
      else reject(new Error(`${command} ${args.join(' ')} exited with ${code}: ${errors.trim()}`));
    });
  });
}

/** First line of `command --version`, or null when it is not installed. */
export async function versionOf(command: string): Promise<string | null> {
  try {
    const { stdout } = await run(command, ['--version']);
    return stdout.split('\n')[0]?.trim() ?? command;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Share of one CPU that a process with all its threads took over the next `during` milliseconds; the kernel books in steps of 10 ms. */
export async function cpuShare(pid: number, during: number): Promise<number> {
  const before = cpuTicks(pid);
  await sleep(during);
  return ((cpuTicks(pid) - before) / TICKS_PER_SECOND / during) * 1000;
}
/** USER_HZ of every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time, proc(5): fields 14 and 15 of /proc/PID/stat, counted after the name, which may hold spaces. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
