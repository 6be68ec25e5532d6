import type { StreamExit } from '@boxyard/api';
import { type ExitStatus, exitCodeOf } from '@boxyard/spec';

/** An exit as viewers are told it: `code` as a shell sees it, 128 + signal for a signal. */
export function streamExit(exit: ExitStatus, finishedAt: number): StreamExit {
  return {
    code: exitCodeOf(exit),
    signal: exit.kind === 'signal' || exit.kind === 'oom' ? exit.signal : 0,
    oom: exit.kind === 'oom',
    ...(exit.kind === 'lost' ? { lost: true } : {}),
    finishedAt: new Date(finishedAt).toISOString(),
  };
}
