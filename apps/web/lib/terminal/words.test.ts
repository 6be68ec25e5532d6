import type { ConnectionState } from '@boxyard/api/client';
import { BoxError, type ContainerState } from '@boxyard/spec';
import { expect, test } from 'vitest';
import type { TerminalState } from './view.ts';
import { terminalWords } from './words.ts';

const OPEN: ConnectionState = { status: 'open', build: '', web: null };
const LIVE: TerminalState = { status: 'live' };
const ended = (code: number, signal = 0): TerminalState => ({ status: 'ended', code, signal, lost: false });
function say(
  state: TerminalState,
  {
    box = 'running',
    connection = OPEN,
    session = '',
  }: { box?: ContainerState; connection?: ConnectionState; session?: string } = {},
): string {
  const { shape, text } = terminalWords(state, { container: { state: box }, connection, session });
  return `${shape} ${text}`;
}

test('every state has words', () => {
  const away = new BoxError('UNAVAILABLE', 'gone');
  expect(say({ status: 'opening' })).toBe('◐ opening…');
  expect(say(LIVE)).toBe('● live');
  expect(say(LIVE, { connection: { status: 'lost', lostAt: 0, retryAt: 0, reason: away } })).toBe(
    '◐ reconnecting: the box goes on, what you type is kept',
  );
  expect(
    say(LIVE, { connection: { status: 'closed', reason: new BoxError('UNAUTHENTICATED', 'not signed in') } }),
  ).toBe('✕ signed out: sign in to go on');
  expect(say(LIVE, { box: 'stopping' })).toBe('◐ box is stopping…');
  expect(say(ended(7))).toBe('○ box stopped with 7');
  expect(say(ended(137, 9), { box: 'exited', session: 'x' })).toBe('○ box stopped with 137');
  expect(say(ended(4), { session: 'x' })).toBe('✕ shell exited 4');
  expect(say(ended(129, 1), { session: 'x' })).toBe('○ session ended by SIGHUP');
  const blocked = new BoxError('UNSUPPORTED', 'blocked by a proxy between this browser and the agent');
  expect(say({ status: 'failed', error: blocked })).toBe(`✕ ${blocked.message}`);
  expect(say({ status: 'failed', error: new BoxError('NOT_FOUND', 'no') })).toBe('✕ this session is gone');
});
