import type { EventView } from '@boxyard/api';
import { expect, test } from 'vitest';
import { eventWords } from './event-words.ts';

const of = (action: string, attributes: Record<string, string> = {}): EventView => ({
  sequence: 1,
  time: '2026-01-05T00:36:09.840Z',
  type: 'container',
  action,
  id: 'a',
  name: 'web',
  attributes,
});

test('an end says how, and only a bad one is marked as bad', () => {
  expect(eventWords(of('die', { exitCode: '0' }))).toEqual({ words: 'ended', tone: 'quiet' });
  expect(eventWords(of('die', { exitCode: '3' }))).toEqual({ words: 'ended with code 3', tone: 'bad' });
  expect(eventWords(of('die', { exitCode: '137', signal: '9', reason: 'it ran out of memory' }))).toEqual({
    words: 'ended by SIGKILL: it ran out of memory',
    tone: 'bad',
  });
});

test('a signal is named, whatever way it was written', () => {
  expect(eventWords(of('kill', { signal: '15' })).words).toBe('was sent SIGTERM');
  expect(eventWords(of('kill', { signal: 'SIGHUP' })).words).toBe('was sent SIGHUP');
});

test('an action that nobody wrote words for is told by its name', () => {
  expect(eventWords(of('health_status')).words).toBe('health status');
});
