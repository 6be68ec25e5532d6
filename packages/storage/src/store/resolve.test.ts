import type { Image } from '@boxyard/spec';
import { describe, expect, it } from 'vitest';
import { resolveImage } from './resolve.ts';

const image = (id: string, ...tags: string[]): Image => ({
  id: id.padEnd(64, '0'),
  manifest: '',
  tags,
  digests: [],
  platform: { os: 'linux', architecture: 'amd64' },
  createdAt: 0,
  size: 0,
  layers: [],
  config: {},
});
const images = [
  image('abc1', 'debian:latest', 'debian:bookworm'),
  image('abd2', 'busybox:latest'),
  image('cafe', 'abd:latest'),
  image('dead'),
];

describe('resolveImage', () => {
  it.each([
    ['debian', 'abc1'],
    ['debian:bookworm', 'abc1'],
    ['abc', 'abc1'],
    ['sha256:cafe', 'cafe'],
    ['abd2'.padEnd(64, '0'), 'abd2'],
    ['d', 'dead'],
  ])('%s is %s', (reference, id) => {
    expect(resolveImage(images, reference).id).toBe(id.padEnd(64, '0'));
  });

  it('a name wins over an id that begins like it', () => {
    expect(resolveImage(images, 'abd').id).toMatch(/^cafe/);
  });

  it('a prefix of several lists them', () => {
    expect(() => resolveImage(images, 'ab')).toThrow(
      expect.objectContaining({
        code: 'AMBIGUOUS',
        hint: expect.stringContaining(
          'abc100000000 (debian:latest, debian:bookworm), abd200000000 (busybox:latest)',
        ),
        details: { candidates: [images[0]?.id, images[1]?.id] },
      }),
    );
  });

  it('a name with a digest means what was pulled or pushed by it, also by the digest of its manifest', () => {
    const [index, manifest] = ['1'.repeat(64), '2'.repeat(64)];
    const pulled = { ...image('f00d'), manifest, digests: [`team/app@sha256:${index}`] };
    const find = (reference: string) => resolveImage([...images, pulled], reference).id;
    expect(find(`team/app@sha256:${index}`)).toBe(pulled.id);
    expect(find(`docker.io/team/app:any@sha256:${index}`)).toBe(pulled.id);
    expect(find(`team/app@sha256:${manifest}`)).toBe(pulled.id);
    expect(() => find(`other/app@sha256:${index}`)).toThrow('there is no image');
    expect(() => find(`other/app@sha256:${manifest}`)).toThrow('there is no image');
  });

  it('an unknown name suggests the nearest', () => {
    expect(() => resolveImage(images, 'busibox')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', hint: expect.stringContaining("'busybox'") }),
    );
    expect(() => resolveImage([], 'x y')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
