import type { ImageConfig } from '@boxyard/spec';
import { describe, expect, it } from 'vitest';
import {
  formatImageConfig,
  formatIndex,
  formatManifest,
  type ImageDocuments,
  parseImageConfig,
  parseIndex,
  parseManifest,
} from './documents.ts';

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
const image: ImageDocuments = {
  createdAt: Date.UTC(2026, 0, 2),
  config,
  layers: [
    { diffId: digest('a'), archiveBytes: 10_240, bytes: 5000 },
    { diffId: digest('b'), archiveBytes: 1024, bytes: 0 },
  ],
  createdBy: 'box import x.tar',
};

describe('OCI documents', () => {
  it('a configuration is read back as it was', () => {
    expect(parseImageConfig(formatImageConfig(image), 'x')).toEqual({
      createdAt: image.createdAt,
      config,
      diffIds: [digest('a'), digest('b')],
    });
  });

  it('a configuration that says nothing has no empty keys', () => {
    const bytes = formatImageConfig({ ...image, config: { env: [], labels: {}, user: '' } });
    expect(JSON.parse(bytes.toString()).config).toEqual({});
    expect(parseImageConfig(bytes, 'x').config).toEqual({});
  });

  it('a configuration of Docker with nulls is read', () => {
    const bytes = Buffer.from(
      JSON.stringify({
        created: '2024-01-02T03:04:05.678901234Z',
        config: { Env: ['A=b'], Cmd: null, Entrypoint: null, Volumes: null, Labels: null, OnBuild: null },
        rootfs: { type: 'layers', diff_ids: [`sha256:${digest('c')}`] },
      }),
    );
    expect(parseImageConfig(bytes, 'x')).toEqual({
      createdAt: Date.parse('2024-01-02T03:04:05.678Z'),
      config: { env: ['A=b'] },
      diffIds: [digest('c')],
    });
  });

  it('a manifest names its configuration and the size of each layer', () => {
    expect(parseManifest(formatManifest({ digest: digest('c'), size: 7 }, image), 'x')).toEqual({
      config: digest('c'),
      layers: [
        { digest: digest('a'), bytes: 5000 },
        { digest: digest('b'), bytes: 0 },
      ],
    });
  });

  it('an index has a descriptor for each name and one for an image without', () => {
    const entries = [
      { manifest: digest('a'), size: 1, tags: ['a:1', 'a:2'] },
      { manifest: digest('b'), size: 2, tags: [] },
    ];
    expect(JSON.parse(formatIndex(entries).toString()).manifests).toHaveLength(3);
    expect(parseIndex(formatIndex(entries), 'index.json')).toEqual(entries);
  });

  const manifest = JSON.parse(formatManifest({ digest: digest('c'), size: 7 }, image).toString());
  const index = JSON.parse(formatIndex([{ manifest: digest('a'), size: 1, tags: ['a:1'] }]).toString());
  it.each([
    ['a manifest that is an index too', () => parseManifest(json({ ...manifest, manifests: [] }), 'x')],
    ['an index that is a manifest too', () => parseIndex(json({ ...index, config: {} }), 'x')],
    ['a digest that is a path', () => parseManifest(withDigest('sha256:../../../etc/passwd'), 'x')],
    ['a digest of another kind', () => parseManifest(withDigest(`sha512:${digest('a')}`), 'x')],
    ['a digest in capitals', () => parseManifest(withDigest(`sha256:${digest('A')}`), 'x')],
    ['no JSON', () => parseIndex(Buffer.from('{'), 'x')],
    ['a list', () => parseIndex(Buffer.from('[]'), 'x')],
    ['no UTF-8', () => parseIndex(Buffer.from([0x22, 0xff, 0x22]), 'x')],
    ['five megabytes', () => parseIndex(Buffer.alloc(5_000_000, ' '), 'x')],
    [
      'env that is no list',
      () => parseImageConfig(json({ config: { Env: 'A=b' }, rootfs: { diff_ids: [] } }), 'x'),
    ],
  ])('%s is damage', (_, parse) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'DAMAGED' }));
  });

  function json(value: unknown): Buffer {
    return Buffer.from(JSON.stringify(value));
  }
  function withDigest(digest: string): Buffer {
    return json({ ...manifest, config: { ...manifest.config, digest } });
  }
});
