/** OCI image-layout (image-spec 1.1): oci-layout, index.json and blobs by digest. Pure codecs. */
import { BoxError, formatPlatform, type Platform, platformFit, platformOf } from '@boxyard/spec';
import { INDEX_TYPES, MANIFEST_TYPES, MEDIA_TYPE } from '../oci/media-types.ts';
import {
  damaged,
  list,
  type ParsedDescriptor,
  parseDescriptor,
  parseDocument,
  record,
} from '../oci/parse.ts';

/** Names in the layout. */
export const LAYOUT_INDEX = 'index.json';
export const LAYOUT_MARK = 'oci-layout';
export const blobName = (digest: string) => `blobs/sha256/${digest}`;

/** What a layout of this version begins with. */
export const LAYOUT_MARK_BYTES = Buffer.from('{"imageLayoutVersion":"1.0.0"}');

/** Tag (image-spec) and whole name (containerd; Docker, buildx and Podman go by it as well). */
const REF_NAME = 'org.opencontainers.image.ref.name';
const IMAGE_NAME = 'io.containerd.image.name';
/** What buildx puts beside the images of an index: provenance and bills of material. */
const ATTESTATION = 'vnd.docker.reference.type';

export interface LayoutImage {
  /** 64 hex digits. */
  manifest: string;
  mediaType: string;
  size: number;
  platform: Platform;
  /** `docker.io/library/debian:12` and `12`. */
  tags: readonly { canonical: string; tag: string }[];
}

/** One descriptor for each name; one without for an image that has none. */
export function formatLayoutIndex(images: readonly LayoutImage[]): Buffer {
  const manifests = images.flatMap(({ manifest, mediaType, size, platform, tags }) => {
    const descriptor = { mediaType, digest: `sha256:${manifest}`, size };
    const of = {
      platform: { architecture: platform.architecture, os: platform.os, variant: platform.variant },
    };
    if (tags.length === 0) return [{ ...descriptor, ...of }];
    return tags.map(({ canonical, tag }) => ({
      ...descriptor,
      annotations: { [IMAGE_NAME]: canonical, [REF_NAME]: tag },
      ...of,
    }));
  });
  return Buffer.from(`${JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests })}\n`);
}

/** An image or an index that an index names. */
export interface IndexItem extends ParsedDescriptor {
  kind: 'manifest' | 'index';
  platform: Platform | undefined;
}

/** What an index names of images; attestations are left out. Throws BoxError DAMAGED, UNSUPPORTED. */
export function parseImageIndex(bytes: Uint8Array, what: string): IndexItem[] {
  const index = parseDocument(bytes, what);
  // Readers that disagree on what such a document is can be made to run different things (GHSA-5j5w-g665-5m35).
  if (index.config !== undefined || index.layers !== undefined) {
    throw damaged(what, 'is a manifest and an index at once');
  }
  return list(index.manifests, what).flatMap((value): IndexItem[] => {
    const descriptor = parseDescriptor(value, what, IMAGE_TYPES);
    const platform = parsePlatformOf(record(value, what).platform, what);
    if (descriptor.annotations[ATTESTATION] !== undefined || platform?.os === 'unknown') return [];
    return [{ ...descriptor, kind: INDEX_TYPES.has(descriptor.mediaType) ? 'index' : 'manifest', platform }];
  });
}

const IMAGE_TYPES: ReadonlySet<string> = new Set([...MANIFEST_TYPES, ...INDEX_TYPES]);

/** Of the images of an index the one that suits this machine best. Throws BoxError UNSUPPORTED when none does. */
export function choosePlatform(items: readonly IndexItem[], what: string): IndexItem {
  const wanted = platformOf(process.arch);
  const fit = ({ platform }: IndexItem) =>
    platform ? platformFit(wanted, platform) : items.length === 1 ? 1 : 0;
  const best = items.reduce<IndexItem | undefined>(
    (before, item) => (fit(item) > (before ? fit(before) : 0) ? item : before),
    undefined,
  );
  if (best) return best;
  const offered = items.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  throw new BoxError('UNSUPPORTED', `${what} has no image for ${formatPlatform(wanted)}`, {
    hint: offered.length === 0 ? 'save it again' : `it is for ${offered.join(', ')}`,
  });
}

/** The name that a descriptor's annotations give an image, as it is written there; a bare tag names nothing. */
export function annotatedName({ annotations }: ParsedDescriptor): string | undefined {
  const name = annotations[IMAGE_NAME] ?? annotations[REF_NAME];
  return name === undefined || !/[:/@]/.test(name) ? undefined : name;
}

function parsePlatformOf(value: unknown, what: string): Platform | undefined {
  if (value === undefined || value === null) return undefined;
  const { os, architecture, variant } = record(value, what);
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return { os, architecture, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
}
