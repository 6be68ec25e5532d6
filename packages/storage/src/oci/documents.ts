/** OCI image-spec 1.1 and Docker documents: manifest and index as this store reads and writes them. Pure codecs. */
import { CONFIG_TYPES, LAYER_TYPES, MANIFEST_TYPES, MEDIA_TYPE } from './media-types.ts';
import { damaged, list, parseDescriptor, parseDocument } from './parse.ts';

/** The name an image has in index.json (image-spec, annotations). */
const REF_NAME = 'org.opencontainers.image.ref.name';
/** A name with a digest by which an image was pulled or pushed. */
const REF_DIGEST = 'boxyard.digest';
/** Bytes of a layer's files: so older stores, which did not keep the archive, wrote it down. */
const UNPACKED_BYTES = 'boxyard.unpacked-bytes';

export interface Descriptor {
  mediaType: string;
  /** `sha256:` and 64 hex digits. */
  digest: string;
  size: number;
  annotations?: Record<string, string>;
}

/** A layer as a manifest names it, with what it becomes. Digests are 64 hex digits. */
export interface LayerDescriptor {
  /** Of the blob. */
  digest: string;
  mediaType: string;
  /** Bytes of the blob. */
  size: number;
  /** sha256 of the uncompressed archive. */
  diffId: string;
}

/** A manifest in index.json with its names; none for an image that lost its last. */
export interface IndexEntry {
  /** 64 hex digits. */
  manifest: string;
  mediaType: string;
  size: number;
  tags: string[];
  /** `name@sha256:…`. */
  digests: string[];
}

/** Of an image made here. `config`: 64 hex digits. */
export function formatManifest(
  config: { digest: string; size: number },
  layers: readonly Omit<LayerDescriptor, 'diffId'>[],
): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.manifest,
      config: { mediaType: MEDIA_TYPE.config, digest: `sha256:${config.digest}`, size: config.size },
      layers: layers.map(({ digest, mediaType, size }) => ({ mediaType, digest: `sha256:${digest}`, size })),
    }),
  );
}

/** One descriptor for each name (image-layout, index.json), one without for an image that has none. */
export function formatIndex(entries: readonly IndexEntry[]): Buffer {
  const manifests = entries.flatMap(({ manifest, mediaType, size, tags, digests }): Descriptor[] => {
    const descriptor = { mediaType, digest: `sha256:${manifest}`, size };
    const named = [
      ...tags.map((tag) => ({ [REF_NAME]: tag })),
      ...digests.map((digest) => ({ [REF_DIGEST]: digest })),
    ];
    return named.length === 0 ? [descriptor] : named.map((annotations) => ({ ...descriptor, annotations }));
  });
  return Buffer.from(
    `${JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests }, null, 2)}\n`,
  );
}

/** Throws BoxError DAMAGED. `what` names the document in the message. */
export function parseIndex(bytes: Uint8Array, what: string): IndexEntry[] {
  const index = parseDocument(bytes, what);
  if (index.config !== undefined || index.layers !== undefined) {
    throw damaged(what, 'is a manifest and an index at once');
  }
  const entries = new Map<string, IndexEntry>();
  for (const value of list(index.manifests, what)) {
    const { digest, mediaType, size, annotations } = parseDescriptor(value, what, MANIFEST_TYPES);
    const entry = entries.get(digest) ?? { manifest: digest, mediaType, size, tags: [], digests: [] };
    const { [REF_NAME]: tag, [REF_DIGEST]: named } = annotations;
    if (tag !== undefined) entry.tags.push(tag);
    if (named !== undefined) entry.digests.push(named);
    entries.set(digest, entry);
  }
  return [...entries.values()];
}

export interface ParsedManifest {
  mediaType: string;
  /** 64 hex digits. */
  config: string;
  /** Lowest first. `unpacked`: bytes of its files, where an older store wrote that down. */
  layers: (Omit<LayerDescriptor, 'diffId'> & { unpacked: number | undefined })[];
}

/** Throws BoxError DAMAGED, UNSUPPORTED for a manifest of something that is no image. */
export function parseManifest(bytes: Uint8Array, what: string): ParsedManifest {
  const manifest = parseDocument(bytes, what);
  // Readers that disagree on what such a document is can be made to run different things (GHSA-5j5w-g665-5m35).
  if (manifest.manifests !== undefined || manifest.fsLayers !== undefined) {
    throw damaged(what, 'is several kinds of document at once');
  }
  if (manifest.schemaVersion !== 2) throw damaged(what, 'is no manifest of schema version 2');
  const { mediaType = MEDIA_TYPE.manifest } = manifest;
  if (typeof mediaType !== 'string' || !MANIFEST_TYPES.has(mediaType)) {
    throw damaged(what, 'is no manifest of an image');
  }
  return {
    mediaType,
    config: parseDescriptor(manifest.config, what, CONFIG_TYPES).digest,
    layers: list(manifest.layers, what).map((value) => {
      const { digest, mediaType, size, annotations } = parseDescriptor(value, what, LAYER_TYPES);
      const unpacked = Number(annotations[UNPACKED_BYTES]);
      return { digest, mediaType, size, unpacked: Number.isSafeInteger(unpacked) ? unpacked : undefined };
    }),
  };
}
