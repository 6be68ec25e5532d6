import type { Syscalls } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { type ExitFile, readExitFile } from './exit-file.ts';
import { ShimClient, type ShimHandlers } from './shim/control.ts';
import type { ShimState } from './shim/messages.ts';

/** What became of a box while no agent looked. */
export type Adopted =
  /** Its supervisor answers. It may have seen the box's end, or not yet its start: see `state`. */
  | { kind: 'alive'; client: ShimClient; state: ShimState }
  /** The supervisor is gone and left a record. Whose boot it was is in there. */
  | { kind: 'exited'; exit: ExitFile }
  /** No supervisor and no record: whatever is left of the box must be killed, and nobody knows how it ended. */
  | { kind: 'dead' };

/** Errors that mean: no supervisor listens there. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ECONNRESET']);

/**
 * Takes up a box by its run directory.
 * @throws BoxError UNSUPPORTED (a supervisor whose protocol we do not speak), TIMEOUT, DAMAGED (exit.json)
 */
export async function adopt(
  kernel: Syscalls,
  runDirectory: string,
  handlers: ShimHandlers,
): Promise<Adopted> {
  const deadline = performance.now() + APPEAR_TIMEOUT_MS;
  for (;;) {
    const alive = await reach(kernel, runDirectory, handlers);
    if (alive) return alive;
    // A supervisor that was just ending has written its record before its sockets went; one that just began has no socket yet.
    if (!hasSupervisor(kernel, runDirectory)) break;
    if (performance.now() > deadline)
      throw new BoxError('TIMEOUT', 'its supervisor lives but does not listen');
    await new Promise((resolve) => setTimeout(resolve, APPEAR_POLL_MS));
  }
  const exit = readExitFile(runDirectory);
  return exit ? { kind: 'exited', exit } : { kind: 'dead' };
}

/** A supervisor listens a millisecond after it began, and lives no longer than this after its sockets went. */
const APPEAR_TIMEOUT_MS = 10_000;
const APPEAR_POLL_MS = 5;

/** Whether somebody holds the lock that start.ts put on the run directory. */
export function hasSupervisor(kernel: Syscalls, runDirectory: string): boolean {
  let directory: number;
  try {
    directory = kernel.openDirectory(runDirectory);
  } catch (error) {
    if (NOBODY.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
  try {
    return !kernel.flock(directory);
  } finally {
    kernel.close(directory);
  }
}

async function reach(
  kernel: Syscalls,
  runDirectory: string,
  handlers: ShimHandlers,
): Promise<Extract<Adopted, { kind: 'alive' }> | undefined> {
  let directory: number | undefined;
  let client: ShimClient | undefined;
  try {
    directory = kernel.openDirectory(runDirectory);
    client = await ShimClient.connect(kernel, directory, handlers);
    return { kind: 'alive', client, state: await client.state() };
  } catch (error) {
    client?.[Symbol.dispose]();
    if (
      error instanceof BoxError
        ? error.code === 'UNAVAILABLE'
        : NOBODY.has((error as { code?: string }).code ?? '')
    )
      return undefined;
    throw error;
  } finally {
    if (directory !== undefined) kernel.close(directory);
  }
}
