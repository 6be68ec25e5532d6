import type { ContainerView } from '@boxyard/api';
import type { ConnectionState } from '@boxyard/api/client';
import { isAlive, signalName } from '@boxyard/spec';
import type { Shape, Tone } from '../status';
import type { TerminalState } from './view';

export interface Words {
  shape: Shape;
  text: string;
  tone: Tone;
}

interface Surroundings {
  container: Pick<ContainerView, 'state'>;
  connection: ConnectionState;
  /** '' for the box's own terminal. */
  session: string;
}

/** What a terminal says about itself, whatever happened: shape, word, colour. */
export function terminalWords(state: TerminalState, around: Surroundings): Words {
  if (state.status === 'failed') return failedWords(state);
  if (state.status === 'ended') return endedWords(state, around);
  const { connection, container } = around;
  if (connection.status === 'closed') {
    const signedOut = connection.reason?.code === 'UNAUTHENTICATED';
    const why = connection.reason?.message ?? 'the connection was closed';
    return words('✕', signedOut ? 'signed out: sign in to go on' : why, 'bad');
  }
  if (connection.status === 'lost')
    return words('◐', 'reconnecting: the box goes on, what you type is kept', 'busy');
  if (state.status === 'opening' || connection.status === 'connecting')
    return words('◐', 'opening…', 'quiet');
  if (container.state === 'stopping') return words('◐', 'box is stopping…', 'busy');
  if (container.state === 'paused') return words('❚❚', 'box is paused: what you type waits', 'busy');
  return words('●', 'live', 'good');
}

const words = (shape: Shape, text: string, tone: Tone): Words => ({ shape, text, tone });

function failedWords({ error }: Extract<TerminalState, { status: 'failed' }>): Words {
  return words('✕', error.code === 'NOT_FOUND' ? 'this session is gone' : error.message, 'bad');
}

function endedWords(
  { code, signal, lost }: Extract<TerminalState, { status: 'ended' }>,
  { container, session }: Surroundings,
): Words {
  if (lost) return words('?', 'lost: its supervisor died', 'bad');
  if (session === '' || !isAlive(container.state)) return words('○', `box stopped with ${code}`, 'quiet');
  if (signal > 0) return words('○', `session ended by ${signalName(signal)}`, 'quiet');
  return words(code === 0 ? '○' : '✕', `shell exited ${code}`, code === 0 ? 'quiet' : 'bad');
}
