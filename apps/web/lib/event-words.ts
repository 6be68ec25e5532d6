import type { EventView } from '@boxyard/api';
import { signalName } from '@boxyard/spec';
import type { Tone } from './status';

export interface EventWords {
  /** What goes after the name: "ended with code 3". */
  words: string;
  tone: Tone;
}

const PLAIN: Record<string, string> = {
  create: 'was created',
  restart: 'was restarted',
  stop: 'was stopped',
  destroy: 'was removed',
  import: 'was imported',
  load: 'was loaded',
  pull: 'was pulled',
  push: 'was pushed',
  commit: 'was committed',
  delete: 'was deleted',
  untag: 'is no name of an image any more',
  tag: 'is a name of an image now',
  mount: 'is mounted by a box',
  unmount: 'is mounted by a box no more',
};

/** What happened, in words for somebody who has not learned the names of events. */
export function eventWords({ action, attributes }: EventView): EventWords {
  const say = (words: string, tone: Tone = 'quiet'): EventWords => ({ words, tone });
  const { exitCode, signal, reason, command, oldName, session } = attributes;
  switch (action) {
    case 'start':
      return say('started', 'good');
    case 'die':
      return exitCode === '0' ? say('ended') : say(ending(exitCode, signal, reason), 'bad');
    case 'oom':
      return say('ran out of memory', 'bad');
    case 'lost':
      return say('was lost: its supervisor died', 'bad');
    case 'kill':
      return say(`was sent ${signal ? signalOf(signal) : 'a signal'}`);
    case 'rename':
      return say(`was called ${oldName ?? 'something else'} before`);
    case 'exec_create':
      return say(`is to run ${command ?? 'a command'}`);
    case 'exec_start':
      return say(`runs ${command ?? 'a command'} beside its program`);
    case 'exec_die':
      return say(`ended a command with code ${exitCode ?? '?'}`);
    case 'exec_rename':
      return say(`has a session ${session ?? ''}, ${oldName ?? ''} before`);
    default:
      return say(PLAIN[action] ?? action.replaceAll('_', ' '));
  }
}

function ending(
  exitCode: string | undefined,
  signal: string | undefined,
  reason: string | undefined,
): string {
  const how = signal ? `ended by ${signalOf(signal)}` : `ended with code ${exitCode ?? '?'}`;
  return reason ? `${how}: ${reason}` : how;
}

function signalOf(number: string): string {
  return /^\d+$/.test(number) ? signalName(Number(number)) : number;
}
