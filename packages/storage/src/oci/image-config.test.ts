import type { ImageConfig } from '@boxyard/spec';
import { describe, expect, it } from 'vitest';
import { formatImageConfig, type ImageDescription, parseImageConfig } from './image-config.ts';

const digest = (character: string) => character.repeat(64);
const config: ImageConfig = {
  user: 'www',
  env: ['A=1', 'EMPTY='],
  entrypoint: ['/entry'],
  cmd: ['run', '--now'],
  workdir: '/srv',
  labels: { team: 'x' },
  stopSignal: 'SIGUSR1',
  exposedPorts: ['80/tcp'],
  volumes: ['/data'],
};
const image: ImageDescription = {
  createdAt: Date.UTC(2026, 0, 2),
  author: 'somebody',
  platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
  config,
  history: [
    {
      createdAt: '2026-01-02T00:00:00Z',
      createdBy: 'box import x.tar',
      comment: 'c',
      author: 'a',
      emptyLayer: false,
    },
    { createdAt: null, createdBy: 'ENV A=1', comment: '', author: '', emptyLayer: true },
  ],
  diffIds: [digest('a'), digest('b')],
};
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('an image configuration', () => {
  it('is read back as it was written', () => {
    expect(parseImageConfig(formatImageConfig(image), 'x')).toEqual(image);
  });

  it('that says nothing has no empty keys', () => {
    const bytes = formatImageConfig({ ...image, config: { env: [], labels: {}, user: '' } });
    expect(JSON.parse(bytes.toString()).config).toEqual({});
    expect(parseImageConfig(bytes, 'x').config).toEqual({});
  });

  it('of Docker is read: nulls, empty texts, and keys that mean nothing here', () => {
    const bytes = json({
      created: '2024-01-02T03:04:05.678901234Z',
      architecture: 'arm64',
      os: 'linux',
      container_config: { Cmd: ['#(nop)'] },
      config: {
        ...{ Env: ['A=b'], Cmd: null, Entrypoint: null, Volumes: null, Labels: null, OnBuild: null },
        ...{ User: '', WorkingDir: '', ArgsEscaped: true, Healthcheck: { Test: ['CMD', 'true'] } },
      },
      history: [{ created_by: 'x', empty_layer: true }],
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest('c')}`] },
    });
    expect(parseImageConfig(bytes, 'x')).toEqual({
      createdAt: Date.parse('2024-01-02T03:04:05.678Z'),
      author: '',
      platform: { os: 'linux', architecture: 'arm64' },
      config: { env: ['A=b'] },
      history: [{ createdAt: null, createdBy: 'x', comment: '', author: '', emptyLayer: true }],
      diffIds: [digest('c')],
    });
  });

  it.each([
    ['env that is no list', { config: { Env: 'A=b' }, rootfs: { diff_ids: [] } }],
    ['no rootfs', { config: {} }],
    ['a diff id that is a path', { rootfs: { diff_ids: ['sha256:../../etc'] } }],
  ])('with %s is damage', (_, document) => {
    expect(() => parseImageConfig(json(document), 'x')).toThrow(expect.objectContaining({ code: 'DAMAGED' }));
  });

  it('with more layers than can be stacked is refused', () => {
    const layers = (count: number) =>
      json({ rootfs: { diff_ids: Array(count).fill(`sha256:${digest('c')}`) } });
    expect(parseImageConfig(layers(500), 'x').diffIds).toHaveLength(500);
    expect(() => parseImageConfig(layers(501), 'x')).toThrow('x has 501 layers, at most 500 can be stacked');
  });
});
