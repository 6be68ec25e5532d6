import type { ContainerView } from '@boxyard/api';
import { expect, test } from 'vitest';
import { statusOf } from './status';

const RAN = { startedAt: at(0), finishedAt: at(200) };

function at(seconds: number): string {
  return new Date(2026, 2, 4, 14, 2, 11 + seconds).toISOString();
}

function status(state: ContainerView['state'], rest: Partial<ContainerView> = {}) {
  const container = { state, exit: null, reason: null, startedAt: null, finishedAt: null, ...rest };
  const { why, ...said } = statusOf(container as ContainerView);
  return { ...said, why: why.replaceAll('\u00a0', ' ') };
}

test('a box that was killed says by what, after how long and when', () => {
  expect(status('exited', { exit: { kind: 'signal', signal: 9 }, ...RAN })).toMatchObject({
    shape: '✕',
    word: 'exited SIGKILL',
    tone: 'bad',
    why: expect.stringMatching(/^Killed by SIGKILL after 3 min, .*14:05:31\.$/),
  });
});

test('what somebody stopped is not shown as a failure', () => {
  expect(status('stopped', { exit: { kind: 'signal', signal: 15 }, ...RAN })).toMatchObject({
    tone: 'quiet',
  });
  expect(status('stopped', { exit: { kind: 'code', code: 3 }, ...RAN })).toMatchObject({
    shape: '○',
    word: 'stopped 3',
    tone: 'quiet',
  });
});

test('an end with code 0 is quiet, another code is bad, and the reason follows as a sentence', () => {
  expect(status('exited', { exit: { kind: 'code', code: 0 }, ...RAN })).toMatchObject({
    shape: '○',
    tone: 'quiet',
  });
  expect(status('exited', { exit: { kind: 'code', code: 7 }, reason: 'no such file' })).toMatchObject({
    shape: '✕',
    tone: 'bad',
    why: 'Its program ended with code 7. No such file.',
  });
});

test('out of memory and lost are words, not codes', () => {
  expect(
    status('exited', { exit: { kind: 'oom', signal: 9 }, reason: 'it ran out of memory' }),
  ).toMatchObject({
    word: 'out of memory',
    why: 'Killed by the OOM killer. It ran out of memory.',
  });
  expect(status('lost').shape).toBe('?');
  expect(status('exited', { exit: { kind: 'lost', reason: 'the host restarted' } })).toMatchObject({
    word: 'lost',
    why: 'How it ended is unknown: the host restarted.',
  });
});

test('what is on its way has its own shape, and a box that starts again another', () => {
  expect([status('starting'), status('stopping'), status('removing')].map(({ shape }) => shape)).toEqual([
    '◐',
    '◐',
    '◐',
  ]);
  expect(status('restarting').shape).toBe('⟳');
  expect(status('paused').shape).toBe('❚❚');
});
