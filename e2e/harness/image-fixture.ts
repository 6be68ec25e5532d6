/** Small images for registries of tests, made of archives: blobs, config and manifest as a registry keeps them. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  [key: string]: unknown;
}
export interface Document {
  mediaType: string;
  bytes: Buffer;
  digest: string;
}
export interface ImageFixture {
  manifest: Document;
  /** Config and layers by `sha256:…`. */
  blobs: Map<string, Buffer>;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function document(mediaType: string, content: object): Document {
  const bytes = Buffer.from(JSON.stringify(content));
  return { mediaType, bytes, digest: digestOf(bytes) };
}

export function descriptorOf({ mediaType, bytes, digest }: Document): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

export interface FixtureOptions {
  compression?: 'gzip' | 'zstd' | 'none' | undefined;
  architecture?: string | undefined;
  /** The config's `config`: Cmd, Env, … */
  config?: object | undefined;
  /** Further members of the config document. */
  more?: object | undefined;
}

/** An image of uncompressed tar archives, lowest first. Equal input gives equal digests. */
export function makeImage(archives: readonly Uint8Array[], options: FixtureOptions = {}): ImageFixture {
  const { compression = 'gzip', architecture = process.arch === 'arm64' ? 'arm64' : 'amd64' } = options;
  const blobs = new Map<string, Buffer>();
  const layers = archives.map((archive) => {
    const bytes = compress(archive, compression);
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    const suffix = compression === 'none' ? '' : `+${compression}`;
    return { mediaType: `${OCI_LAYER}${suffix}`, digest, size: bytes.length };
  });
  const config = document(OCI_CONFIG, {
    os: 'linux',
    architecture,
    created: '2024-05-06T07:08:09Z',
    config: options.config ?? { Cmd: ['/bin/sh'] },
    rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
    history: archives.map((_, at) => ({ created_by: `layer ${at}` })),
    ...options.more,
  });
  blobs.set(config.digest, config.bytes);
  const manifest = document(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptorOf(config),
    layers,
  });
  return { manifest, blobs };
}

/** An index of images for these platforms (`linux/amd64`). */
export function makeIndex(images: Record<string, ImageFixture>): Document {
  return document(OCI_INDEX, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: Object.entries(images).map(([platform, { manifest }]) => {
      const [os, architecture, variant] = platform.split('/');
      return { ...descriptorOf(manifest), platform: { os, architecture, variant } };
    }),
  });
}

/** Writes it as an OCI image layout, for `skopeo copy oci:FOLDER:TAG …`. */
export function writeLayout(folder: string, image: ImageFixture, tag = 'latest'): void {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const { manifest } = image;
  for (const [digest, bytes] of [...image.blobs, [manifest.digest, manifest.bytes] as const]) {
    writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes);
  }
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  const index = { schemaVersion: 2, manifests: [{ ...descriptorOf(manifest), annotations }] };
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

function compress(archive: Uint8Array, compression: 'gzip' | 'zstd' | 'none'): Buffer {
  if (compression === 'gzip') return gzipSync(archive);
  return compression === 'zstd' ? zstdCompressSync(archive) : Buffer.from(archive);
}
