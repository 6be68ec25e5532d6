import { BoxError } from '@boxyard/spec';
import { assertOpen, type EngineContext } from '../context.ts';
import { findTerminal } from './find.ts';

const SIGHUP = 1;
const SIGKILL = 9;
/** What a program has to save its work after the hang-up. */
const HANGUP_GRACE_MS = 3_000;
/** The kernel needs a moment for a killed process; longer only when the box is stuck in the kernel. */
const KILL_WAIT_MS = 5_000;

/**
 * Hangs up, as closing a window does: SIGHUP to the session's leader, with whose end the kernel hangs up whatever has the terminal in the
 * foreground; SIGKILL to a leader that stays. Resolves when the session has ended; at once for one that has.
 * @throws BoxError NOT_FOUND, AMBIGUOUS; INVALID_ARGUMENT for a box's own terminal; TIMEOUT
 */
export async function endSession(engine: EngineContext, reference: string): Promise<void> {
  assertOpen(engine);
  const { container, exec } = findTerminal(engine, reference);
  if (!exec) {
    throw new BoxError('INVALID_ARGUMENT', `that is the own terminal of "${container.name}"`, {
      hint: `it ends with its box: box stop ${container.name}`,
    });
  }
  const over = () => exec.exit !== null || container.gone;
  const { signal } = engine.background;
  const send = async (number: number, timeout: number) => {
    // Its process may have ended this moment: its exit is on the way then.
    await container.supervision?.client.signal(number, exec.id).catch(ignoreEnded);
    return container.until(over, { timeout, signal });
  };
  if (over() || (await send(SIGHUP, HANGUP_GRACE_MS)) || (await send(SIGKILL, KILL_WAIT_MS))) return;
  throw new BoxError('TIMEOUT', 'the session does not end, though it was killed', {
    hint: `its box may hang in the kernel: box kill ${container.name}`,
  });
}

function ignoreEnded(error: unknown): void {
  if (!(error instanceof BoxError) || error.details?.errno !== 'ESRCH') throw error;
}
