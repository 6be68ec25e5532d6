import type { ContainerView } from '@boxyard/api';
import { type ExitStatus, signalName } from '@boxyard/spec';
import { clock, duration } from './format';

export type Tone = 'good' | 'busy' | 'bad' | 'quiet';
/** ● running · ◐ on the way · ○ ended as wished · ✕ ended badly · ▲ unhealthy · ❚❚ paused · ⟳ starts again and again · ? lost. */
export type Shape = '●' | '◐' | '○' | '✕' | '▲' | '❚❚' | '⟳' | '?';
export interface Status {
  shape: Shape;
  word: string;
  tone: Tone;
  /** In sentences, for hover and screen readers. */
  why: string;
}

/** How a container is, as shape, word, colour and reason: never by one of them alone. */
export function statusOf(container: ContainerView): Status {
  const { state, exit, reason, startedAt } = container;
  switch (state) {
    case 'running':
      return mark('●', 'running', 'good', [
        startedAt ? `Running since ${clock(startedAt)}` : 'Running',
        reason,
      ]);
    case 'paused':
      return mark('❚❚', 'paused', 'quiet', ['Its processes are frozen until it is resumed', reason]);
    case 'created':
      return mark('○', 'created', 'quiet', [reason ?? 'Created, not started yet']);
    case 'lost':
      return mark('?', 'lost', 'bad', [reason ?? 'Its supervisor died; how it ended is unknown']);
    case 'restarting':
      return mark('⟳', 'restarting…', 'busy', ['It ended and is started again', reason]);
    case 'starting':
    case 'stopping':
    case 'removing':
      return mark('◐', `${state}…`, 'busy', [`It is ${state}`, reason]);
    case 'stopped':
    case 'exited':
      return exit ? ended(container, exit) : mark('○', state, 'quiet', [reason ?? state]);
  }
}

function ended(container: ContainerView, exit: ExitStatus): Status {
  const { state, reason } = container;
  const wished = state === 'stopped';
  const when = timesOf(container);
  switch (exit.kind) {
    case 'lost':
      return mark('?', 'lost', 'bad', [`How it ended is unknown: ${exit.reason}`]);
    case 'oom':
      return mark('✕', 'out of memory', 'bad', [`Killed by the OOM killer${when}`, reason]);
    case 'signal': {
      const name = signalName(exit.signal);
      const by = exit.signal === SIGKILL ? `Killed by ${name}` : `Ended by ${name}`;
      return mark('✕', `${state} ${name}`, wished ? 'quiet' : 'bad', [`${by}${when}`, reason]);
    }
    case 'code': {
      const fine = wished || exit.code === 0;
      const by = wished ? 'Stopped' : 'Its program ended';
      const why = [`${by} with code ${exit.code}${when}`, reason];
      return mark(fine ? '○' : '✕', `${state} ${exit.code}`, fine ? 'quiet' : 'bad', why);
    }
  }
}

const SIGKILL = 9;

/** ` after 3 min, 14:02:11`. */
function timesOf({ startedAt, finishedAt }: ContainerView): string {
  if (!finishedAt) return '';
  const ran = startedAt ? ` after ${duration(Date.parse(finishedAt) - Date.parse(startedAt))}` : '';
  return `${ran}, ${clock(finishedAt)}`;
}

function mark(shape: Shape, word: string, tone: Tone, sentences: readonly (string | null)[]): Status {
  const said = sentences.filter((sentence) => sentence !== null);
  return { shape, word, tone, why: said.map(sentenceOf).join(' ') };
}

function sentenceOf(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}
