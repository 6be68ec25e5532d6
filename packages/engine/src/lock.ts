import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Syscalls } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import type { Paths } from './paths.ts';

/**
 * One agent a root: takes `$BOXYARD_ROOT/lock` (flock, so it ends with the process however that ends) and writes our pid into it.
 * Throws UNAVAILABLE naming the pid that holds it.
 */
export function lockRoot(kernel: Pick<Syscalls, 'flock'>, paths: Paths): Disposable {
  const fd = openSync(paths.lock, 'a+', 0o600);
  if (!kernel.flock(fd)) {
    const pid = readFileSync(paths.lock, 'utf8').trim();
    closeSync(fd);
    throw new BoxError(
      'UNAVAILABLE',
      `another agent${pid ? ` (pid ${pid})` : ''} already uses ${paths.root}`,
      { hint: `stop it first${pid ? ` (kill ${pid})` : ''}, or give this one a BOXYARD_ROOT of its own` },
    );
  }
  ftruncateSync(fd, 0);
  writeSync(fd, `${process.pid}\n`);
  return { [Symbol.dispose]: () => closeSync(fd) };
}
