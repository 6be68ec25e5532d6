import { describe, expect, it } from 'vitest';
import { formatIndex, formatManifest, parseIndex, parseManifest } from './documents.ts';
import { MEDIA_TYPE } from './media-types.ts';

const digest = (character: string) => character.repeat(64);
const layers = [
  { digest: digest('a'), mediaType: MEDIA_TYPE.layerGzip, size: 10_240 },
  { digest: digest('b'), mediaType: MEDIA_TYPE.layerZstd, size: 1024 },
];

describe('OCI documents', () => {
  it('a manifest names its configuration and each layer', () => {
    expect(parseManifest(formatManifest({ digest: digest('c'), size: 7 }, layers), 'x')).toEqual({
      mediaType: MEDIA_TYPE.manifest,
      config: digest('c'),
      layers,
    });
  });

  it("a manifest of Docker is read, and an older store's that says how large its layers are unpacked", () => {
    const bytes = json({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.dockerManifest,
      config: { mediaType: MEDIA_TYPE.dockerConfig, digest: `sha256:${digest('c')}`, size: 7 },
      layers: [
        {
          mediaType: MEDIA_TYPE.dockerLayerGzip,
          digest: `sha256:${digest('a')}`,
          size: 5,
          annotations: { 'boxyard.unpacked-bytes': '5000' },
        },
      ],
    });
    expect(parseManifest(bytes, 'x')).toEqual({
      mediaType: MEDIA_TYPE.dockerManifest,
      config: digest('c'),
      layers: [{ digest: digest('a'), mediaType: MEDIA_TYPE.dockerLayerGzip, size: 5, unpacked: 5000 }],
    });
  });

  it('a manifest of something that is no image says so', () => {
    const chart = {
      ...manifest,
      config: { ...manifest.config, mediaType: 'application/vnd.cncf.helm.config.v1+json' },
    };
    expect(() => parseManifest(json(chart), 'x')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  it('an index has a descriptor for each name and one for an image without', () => {
    const entries = [
      {
        manifest: digest('a'),
        mediaType: MEDIA_TYPE.manifest,
        size: 1,
        tags: ['a:1', 'a:2'],
        digests: [`a@sha256:${digest('d')}`],
      },
      { manifest: digest('b'), mediaType: MEDIA_TYPE.dockerManifest, size: 2, tags: [], digests: [] },
    ];
    expect(JSON.parse(formatIndex(entries).toString()).manifests).toHaveLength(4);
    expect(parseIndex(formatIndex(entries), 'index.json')).toEqual(entries);
  });

  const manifest = JSON.parse(formatManifest({ digest: digest('c'), size: 7 }, layers).toString());
  const entry = {
    manifest: digest('a'),
    mediaType: MEDIA_TYPE.manifest,
    size: 1,
    tags: ['a:1'],
    digests: [],
  };
  const index = JSON.parse(formatIndex([entry]).toString());
  it.each([
    ['a manifest that is an index too', () => parseManifest(json({ ...manifest, manifests: [] }), 'x')],
    ['an index that is a manifest too', () => parseIndex(json({ ...index, config: {} }), 'x')],
    ['a digest that is a path', () => parseManifest(withDigest('sha256:../../../etc/passwd'), 'x')],
    ['a digest of another kind', () => parseManifest(withDigest(`sha512:${digest('a')}`), 'x')],
    ['a digest in capitals', () => parseManifest(withDigest(`sha256:${digest('A')}`), 'x')],
    [
      'a manifest of schema 1',
      () => parseManifest(json({ ...manifest, schemaVersion: 1, fsLayers: [] }), 'x'),
    ],
    ['no JSON', () => parseIndex(Buffer.from('{'), 'x')],
    ['a list', () => parseIndex(Buffer.from('[]'), 'x')],
    ['no UTF-8', () => parseIndex(Buffer.from([0x22, 0xff, 0x22]), 'x')],
    ['five megabytes', () => parseIndex(Buffer.alloc(5_000_000, ' '), 'x')],
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
