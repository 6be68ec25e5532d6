import type { ContainerView, EventView, HostSample } from '@boxyard/api';
import { expect, test } from 'vitest';
import { findTrouble } from './trouble.ts';

const NOW = Date.parse('2026-03-03T12:00:00Z');
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const GiB = 1024 ** 3;

const box = (change: Partial<ContainerView>): ContainerView => ({
  id: change.name ?? 'web',
  name: 'web',
  image: 'busybox',
  imageId: null,
  command: [],
  state: 'running',
  createdAt: ago(60),
  startedAt: ago(50),
  finishedAt: null,
  exit: null,
  pid: null,
  reason: null,
  tty: false,
  openStdin: false,
  labels: {},
  network: 'none',
  revision: 1,
  ...change,
});
const ended = (name: string, code: number, minutes: number): ContainerView =>
  box({ name, state: 'exited', finishedAt: ago(minutes), exit: { kind: 'code', code } });
const die = (id: string, minutes: number, exitCode = '1'): EventView => ({
  sequence: 1,
  time: ago(minutes),
  type: 'container',
  action: 'die',
  id,
  name: id,
  attributes: { exitCode },
});
const host = (change: Partial<HostSample>): HostSample => ({
  cpu: 0.1,
  cpus: 2,
  memory: GiB,
  memoryTotal: 8 * GiB,
  swap: 0,
  swapTotal: 0,
  disk: GiB,
  diskTotal: 100 * GiB,
  load: [0, 0, 0],
  cpuPressure: 0,
  memoryPressure: 0,
  ioPressure: 0,
  ...change,
});
const titles = (sources: Partial<Parameters<typeof findTrouble>[0]>) =>
  findTrouble({ containers: [], events: [], host: undefined, checks: [], now: NOW, ...sources }).map(
    ({ title }) => title,
  );

test('what runs, ended well or was stopped on purpose needs no attention', () => {
  const containers = [
    box({}),
    ended('done', 0, 1),
    box({ name: 'asked', state: 'stopped', finishedAt: ago(1), exit: { kind: 'signal', signal: 9 } }),
  ];
  expect(titles({ containers, host: host({}) })).toEqual([]);
});

test('what failed within a day does, the latest first', () => {
  const containers = [
    ended('older', 1, 60),
    ended('newer', 2, 5),
    ended('yesterday', 1, 25 * 60),
    box({ name: 'hungry', state: 'exited', finishedAt: ago(10), exit: { kind: 'oom', signal: 9 } }),
    box({ name: 'unborn', state: 'created', reason: 'no such file: /srv' }),
  ];
  expect(titles({ containers })).toEqual([
    'newer failed',
    'hungry failed',
    'older failed',
    'unborn could not start',
  ]);
});

test('three bad ends in ten minutes are a crash loop, also while it runs again', () => {
  const containers = [ended('flaky', 1, 1), box({ name: 'calm' })];
  const events = [die('flaky', 8), die('flaky', 5), die('flaky', 1), die('calm', 3), die('calm', 2, '0')];
  expect(titles({ containers, events })).toEqual(['flaky crashes again and again']);
  expect(titles({ containers, events: events.slice(1) })).toEqual(['flaky failed']);
});

test('a full disk, full memory and pressure are told with their figures', () => {
  expect(titles({ host: host({ disk: 90 * GiB }) })).toEqual(['The disk is 90% full']);
  expect(titles({ host: host({ memory: 7.6 * GiB }) })).toEqual(['Memory is 95% used']);
  expect(titles({ host: host({ cpuPressure: 70, memoryPressure: 12, ioPressure: null }) })).toEqual([
    'Programs wait for a CPU',
    'Programs wait for memory',
  ]);
});

test('what the host lacks is one line', () => {
  const check = (status: 'ok' | 'warning', title: string) => ({
    id: title,
    title,
    status,
    found: 'x',
    advice: null,
  });
  expect(titles({ checks: [check('ok', 'Kernel'), check('warning', 'Limits')] })).toEqual([
    'This host lacks something',
  ]);
});
