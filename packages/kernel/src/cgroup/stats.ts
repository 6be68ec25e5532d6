/** What a cgroup's files say about its use of the host (cgroup-v2.rst). Pure: text in, numbers out. */

/** CPU time in microseconds from cpu.stat; the file is there with and without the cpu controller. */
export function parseCpuUsage(text: string): number {
  return Number(/^usage_usec (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** A file of one number (memory.current, pids.current, memory.max); `max` is null: no limit. */
export function parseAmount(text: string): number | null {
  const trimmed = text.trim();
  return trimmed === 'max' ? null : Number(trimmed);
}

/** Bytes from and to all block devices from io.stat (`8:16 rbytes=1459200 wbytes=314773504 rios=192 …`); an idle cgroup's file is empty. */
export function parseIoStat(text: string): { read: number; written: number } {
  let read = 0;
  let written = 0;
  for (const [, key, value] of text.matchAll(/\b(rbytes|wbytes)=(\d+)/g)) {
    if (key === 'rbytes') read += Number(value);
    else written += Number(value);
  }
  return { read, written };
}

/** Share of the last 10 s in which some task waited, 0 to 100 (psi.rst: `some avg10=0.22 …`). */
export function parsePressure(text: string): number | null {
  const [, average] = /^some avg10=(\d+(?:\.\d+)?)/m.exec(text) ?? [];
  return average === undefined ? null : Number(average);
}

/** Process ids, one a line (cgroup.procs). 0 stands for a process of another pid namespace: not ours to look at. */
export function parseProcs(text: string): number[] {
  const pids: number[] = [];
  for (const line of text.split('\n')) if (line !== '' && line !== '0') pids.push(Number(line));
  return pids;
}

/** Resident pages of a process: the second field of /proc/PID/statm (proc_pid_statm(5)). */
export function parseResidentPages(text: string): number {
  return Number(text.split(' ', 2)[1] ?? 0);
}
