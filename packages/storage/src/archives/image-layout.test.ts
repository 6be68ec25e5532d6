import { describe, expect, it } from 'vitest';
import {
  annotatedName,
  choosePlatform,
  formatLayoutIndex,
  type IndexItem,
  parseImageIndex,
} from './image-layout.ts';

const digest = (character: string) => character.repeat(64);
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
const descriptor = (character: string, more: object = {}) => ({
  mediaType: MANIFEST,
  digest: `sha256:${digest(character)}`,
  size: 7,
  ...more,
});
const parse = (...manifests: object[]) =>
  parseImageIndex(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })), 'index.json');
const here = process.arch === 'arm64' ? 'arm64' : 'amd64';
const platform = (architecture: string, variant?: string) => ({
  platform: { os: 'linux', architecture, ...(variant === undefined ? {} : { variant }) },
});

describe('the index of an image layout', () => {
  it('is read back as it was written, a descriptor for each name', () => {
    const image = {
      manifest: digest('a'),
      mediaType: MANIFEST,
      size: 7,
      platform: { os: 'linux', architecture: here },
    };
    const tags = ['1', '2'].map((tag) => ({ canonical: `docker.io/library/x:${tag}`, tag }));
    const items = parseImageIndex(
      formatLayoutIndex([
        { ...image, tags },
        { ...image, manifest: digest('b'), tags: [] },
      ]),
      'index.json',
    );
    expect(items.map((item) => [item.digest[0], annotatedName(item), item.kind])).toEqual([
      ['a', 'docker.io/library/x:1', 'manifest'],
      ['a', 'docker.io/library/x:2', 'manifest'],
      ['b', undefined, 'manifest'],
    ]);
  });

  it('leaves attestations out and knows indexes in it', () => {
    const items = parse(
      descriptor('a', { mediaType: INDEX }),
      descriptor('b', { platform: { os: 'unknown', architecture: 'unknown' } }),
      descriptor('c', { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }),
    );
    expect(items.map(({ kind }) => kind)).toEqual(['index']);
  });

  it('a bare tag names nothing, a reference does', () => {
    const name = (value: string) =>
      annotatedName(
        parse(
          descriptor('a', { annotations: { 'org.opencontainers.image.ref.name': value } }),
        )[0] as IndexItem,
      );
    expect(['latest', 'app:1', 'ghcr.io/team/app'].map(name)).toEqual([
      undefined,
      'app:1',
      'ghcr.io/team/app',
    ]);
  });
});

describe('of several platforms', () => {
  it('the one for this machine is chosen, or the only one that says nothing', () => {
    const other = here === 'amd64' ? 's390x' : 'ppc64le';
    expect(
      choosePlatform(parse(descriptor('a', platform(other)), descriptor('b', platform(here))), 'x').digest[0],
    ).toBe('b');
    expect(choosePlatform(parse(descriptor('a')), 'x').digest[0]).toBe('a');
  });

  it('none that fits is an error that says what there is', () => {
    expect(() => choosePlatform(parse(descriptor('a', platform('mips', 'v1'))), 'the index')).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        message: `the index has no image for linux/${here}`,
        hint: 'it is for linux/mips/v1',
      }),
    );
  });
});
