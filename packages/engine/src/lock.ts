import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Syscalls } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import type { Paths } from './paths.ts';

/** A killed agent holds its lock for a few milliseconds more, until the kernel has taken it apart. */
const PATIENCE_MS = 500;
const TRY_EVERY_MS = 10;

/**
 * One agent a root: takes `$BOXYARD_ROOT/lock` (flock, so it ends with the process however that ends) and writes our pid into it.
 * Throws UNAVAILABLE naming the pid that holds it.
 */
export async function lockRoot(kernel: Pick<Syscalls, 'flock'>, paths: Paths): Promise<Disposable> {
  const fd = openSync(paths.lock, 'a+', 0o600);
  const deadline = performance.now() + PATIENCE_MS;
  while (!kernel.flock(fd)) {
    if (performance.now() > deadline) {
      const pid = readFileSync(paths.lock, 'utf8').trim();
      closeSync(fd);
      throw alreadyUsed(paths, pid);
    }
    await sleep(TRY_EVERY_MS);
  }
  ftruncateSync(fd, 0);
  writeSync(fd, `${process.pid}\n`);
  return { [Symbol.dispose]: () => closeSync(fd) };
}

function alreadyUsed(paths: Paths, pid: string): BoxError {
  return new BoxError(
    'UNAVAILABLE',
    `another agent${pid ? ` (pid ${pid})` : ''} already uses ${paths.root}`,
    { hint: `stop it first${pid ? ` (kill ${pid})` : ''}, or give this one a BOXYARD_ROOT of its own` },
  );
}
