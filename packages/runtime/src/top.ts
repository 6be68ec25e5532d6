import { readFileSync } from 'node:fs';

/** A process of a box, as the host sees it. */
export interface ContainerProcess {
  pid: number;
  parent: number;
  /** Process id inside the box. */
  innerPid: number;
  /** Effective user id on the host. */
  uid: number;
  /** R, S, D, T, Z… (proc_pid_stat(5)). */
  state: string;
  threads: number;
  /** Resident set size in bytes. */
  memory: number;
  /** User and system time in seconds. */
  cpuSeconds: number;
  /** Seconds since boot at which it started. */
  startedAfterBoot: number;
  /** argv; the name in brackets for a process without one (a zombie). */
  command: string[];
}

/** USER_HZ: the unit of times in /proc, fixed at 100 for user space on every architecture that Node runs on (time(7)). */
const TICKS_PER_SECOND = 100;

/**
 * The processes with these ids, read from the host's /proc by ourselves: nothing of the box is executed or trusted (SECURITY, tools from
 * the container). One that ends meanwhile is left out.
 */
export function containerTop(pids: readonly number[]): ContainerProcess[] {
  return pids.flatMap((pid) => readProcess(pid) ?? []).sort((a, b) => a.innerPid - b.innerPid);
}

function readProcess(pid: number): ContainerProcess | undefined {
  try {
    const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'utf8');
    return parseProcess({ pid, stat: read('stat'), status: read('status'), cmdline: read('cmdline') });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** Pure part: proc_pid_stat(5), proc_pid_status(5), proc_pid_cmdline(5). */
export function parseProcess(files: {
  pid: number;
  stat: string;
  status: string;
  cmdline: string;
}): ContainerProcess {
  // The name is in parentheses and may hold anything, parentheses and spaces too.
  const nameEnd = files.stat.lastIndexOf(')');
  const name = files.stat.slice(files.stat.indexOf('(') + 1, nameEnd);
  const after = files.stat.slice(nameEnd + 2).split(' ');
  const number = (field: number): number => Number(after[field - 3]); // fields count from 1, state is the third
  const status = (key: string): string[] =>
    new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(files.status)?.[1]?.split(/\s+/) ?? [];
  const command = files.cmdline.split('\0');
  if (command.at(-1) === '') command.pop();
  return {
    pid: files.pid,
    parent: number(4),
    innerPid: Number(status('NSpid').at(-1) ?? files.pid),
    uid: Number(status('Uid')[1] ?? 0),
    state: after[0] ?? '?',
    threads: Number(status('Threads')[0] ?? 1),
    memory: Number(status('VmRSS')[0] ?? 0) * 1024,
    cpuSeconds: (number(14) + number(15)) / TICKS_PER_SECOND,
    startedAfterBoot: number(22) / TICKS_PER_SECOND,
    command: command.length > 0 ? command : [`[${name}]`],
  };
}
