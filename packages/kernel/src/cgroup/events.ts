import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';

export interface CgroupEvents {
  populated: boolean;
  frozen: boolean;
}

/** A flat keyed file (`key value` a line): cgroup.events, memory.events, cpu.stat. */
export function parseFlatKeys(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return values;
}

function read(path: string): CgroupEvents | undefined {
  try {
    const values = parseFlatKeys(readFileSync(path, 'utf8'));
    return { populated: values.get('populated') === 1, frozen: values.get('frozen') === 1 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENODEV') return undefined;
    throw error;
  }
}

/**
 * Resolves when `met` is true of a cgroup's events (undefined: it is gone). The kernel notifies by inotify (cgroup-v2.rst, "cgroup.events").
 * @param options.timeout milliseconds; afterwards it resolves all the same, and the caller looks
 */
export async function waitForEvents(
  cgroup: string,
  met: (events: CgroupEvents | undefined) => boolean,
  options: { signal?: AbortSignal; timeout?: number } = {},
): Promise<void> {
  const path = join(cgroup, 'cgroup.events');
  options.signal?.throwIfAborted();
  if (met(read(path))) return;
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        try {
          if (met(read(path))) resolve();
        } catch (error) {
          reject(error);
        }
      };
      try {
        watcher = watch(path, look);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
      watcher?.on('error', reject);
      if (options.timeout !== undefined) timer = setTimeout(resolve, options.timeout);
      abort = () => reject(options.signal?.reason);
      options.signal?.addEventListener('abort', abort, { once: true });
      look(); // it may have changed before the watch stood
    });
  } finally {
    watcher?.close();
    clearTimeout(timer);
    if (abort) options.signal?.removeEventListener('abort', abort);
  }
}
