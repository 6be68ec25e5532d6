import { type ContainerConfig, DEFAULT_PATH } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { committedConfig } from './committed-config.ts';

const container = {
  entrypoint: [],
  command: ['/bin/sh'],
  env: [`PATH=${DEFAULT_PATH}`],
  user: '',
  workdir: '/',
  labels: {},
  stopSignal: 15,
} as unknown as ContainerConfig;

test('what says nothing is not written down', () => {
  expect(committedConfig(container, {}, [])).toEqual({
    user: '',
    env: [],
    entrypoint: [],
    cmd: [],
    labels: {},
  });
  expect(committedConfig(container, {}, ['ENV PATH=$PATH:/opt']).env).toEqual([`PATH=${DEFAULT_PATH}:/opt`]);
});

test("what the container was made with wins over its image's, and changes over both", () => {
  const image = {
    env: ['PATH=/bin', 'A=1'],
    cmd: ['old'],
    workdir: '/srv',
    exposedPorts: ['80/tcp'],
    stopSignal: 'TERM',
  };
  const config = {
    ...container,
    command: ['new', 'words'],
    env: ['PATH=/bin', 'A=2'],
    user: 'www',
    workdir: '/',
    labels: { team: 'x' },
    stopSignal: 10,
  };
  expect(committedConfig(config, image, ['ENV A=3', 'LABEL made=here'])).toEqual({
    user: 'www',
    env: ['PATH=/bin', 'A=3'],
    entrypoint: [],
    cmd: ['new', 'words'],
    labels: { team: 'x', made: 'here' },
    exposedPorts: ['80/tcp'],
    workdir: '/',
    stopSignal: 'SIGUSR1',
  });
  expect(committedConfig({ ...config, stopSignal: 15 }, image, []).stopSignal).toBe('TERM');
});
