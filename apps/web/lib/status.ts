import type { ContainerView } from '@boxyard/api';
import { signalName } from '@boxyard/spec';

export type Tone = 'good' | 'busy' | 'bad' | 'quiet';
export interface Status {
  shape: string;
  word: string;
  tone: Tone;
  /** In a sentence, for hover and screen readers. */
  why: string;
}

/** The marks: ● running · ◐ on the way · ○ exited 0 · ✕ exited n · ❚❚ paused · ? lost. */
export function statusOf({ state, exit, reason }: ContainerView): Status {
  const status = (shape: string, word: string, tone: Tone, why = reason ?? word): Status => ({
    shape,
    word,
    tone,
    why,
  });
  switch (state) {
    case 'running':
      return status('●', 'running', 'good');
    case 'paused':
      return status('❚❚', 'paused', 'quiet');
    case 'created':
      return status('○', 'created', 'quiet', reason ?? 'created, not started yet');
    case 'lost':
      return status('?', 'lost', 'bad', reason ?? 'its supervisor died; how it ended is unknown');
    case 'starting':
    case 'stopping':
    case 'restarting':
    case 'removing':
      return status('◐', `${state}…`, 'busy');
    case 'stopped':
    case 'exited':
      break;
  }
  if (!exit) return status('○', state, 'quiet');
  if (exit.kind === 'lost') return status('?', 'lost', 'bad', exit.reason);
  if (exit.kind === 'oom') return status('✕', 'out of memory', 'bad', reason ?? 'killed by the OOM killer');
  if (exit.kind === 'signal') {
    const name = signalName(exit.signal);
    return status(
      '✕',
      `${state} ${name}`,
      state === 'stopped' ? 'quiet' : 'bad',
      reason ?? `ended by ${name}`,
    );
  }
  if (exit.code === 0 || state === 'stopped') return status('○', `${state} ${exit.code}`, 'quiet');
  return status('✕', `exited ${exit.code}`, 'bad', reason ?? `its program ended with code ${exit.code}`);
}
