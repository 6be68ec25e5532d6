/** What /proc says about the whole host. Pure: text in, numbers out. */

/** USER_HZ: the unit of /proc/stat, 100 for user space on every architecture that Node runs on (time(7)). */
export const TICKS_PER_SECOND = 100;

/** CPU ticks since boot, of all CPUs together, from the first line of /proc/stat (proc_stat(5)). Waiting for a disk is idleness. */
export function parseCpuTicks(text: string): { busy: number; total: number } {
  const [, line = ''] = /^cpu\s+(.*)$/m.exec(text) ?? [];
  // user nice system idle iowait irq softirq steal; guest time is in user already.
  const ticks = line.split(' ').slice(0, 8).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { total, busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
}

export interface HostMemory {
  total: number;
  /** What new programs could have without swapping. */
  available: number;
  swapTotal: number;
  swapFree: number;
}

/** Bytes from /proc/meminfo (proc_meminfo(5)). */
export function parseMemInfo(text: string): HostMemory {
  const of = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return {
    total: of('MemTotal'),
    available: of('MemAvailable'),
    swapTotal: of('SwapTotal'),
    swapFree: of('SwapFree'),
  };
}

/** Tasks that run or wait, averaged over 1, 5 and 15 minutes (proc_loadavg(5)). */
export function parseLoad(text: string): [number, number, number] {
  const [one = 0, five = 0, fifteen = 0] = text.split(' ', 3).map(Number);
  return [one, five, fifteen];
}
