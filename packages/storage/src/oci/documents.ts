/** OCI image-spec 1.1 documents as this store writes them: image config, manifest, index. Pure codecs. */
import { BoxError, type ImageConfig } from '@boxyard/spec';

export const MEDIA_TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** The name an image has in index.json (image-spec, annotations). */
const REF_NAME = 'org.opencontainers.image.ref.name';
/** Bytes of a layer's files: the archive itself is not kept. */
const UNPACKED_BYTES = 'boxyard.unpacked-bytes';

/** Larger documents are damage or malice (containers/image read 2 GB manifests). */
export const DOCUMENT_MAX_BYTES = 4 * 1024 * 1024;

export interface Descriptor {
  mediaType: string;
  /** `sha256:` and 64 hex digits. */
  digest: string;
  size: number;
  annotations?: Record<string, string>;
}

/** What an image is made of, as its two documents say. */
export interface ImageDocuments {
  createdAt: number;
  config: ImageConfig;
  /** Lowest first. */
  layers: { diffId: string; archiveBytes: number; bytes: number }[];
  /** How it came about, for `history`. */
  createdBy: string;
}

/** A manifest in index.json with its names; none for an image that lost its last. */
export interface IndexEntry {
  /** 64 hex digits. */
  manifest: string;
  size: number;
  tags: string[];
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Key sets of the OCI config, only what is there. */
export function formatImageConfig(image: ImageDocuments): Buffer {
  const { config } = image;
  const set = (names: readonly string[] | undefined) =>
    names?.length ? Object.fromEntries(names.map((name) => [name, {}])) : undefined;
  const created = new Date(image.createdAt).toISOString();
  return json({
    created,
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      User: config.user || undefined,
      ExposedPorts: set(config.exposedPorts),
      Env: config.env?.length ? config.env : undefined,
      Entrypoint: config.entrypoint?.length ? config.entrypoint : undefined,
      Cmd: config.cmd?.length ? config.cmd : undefined,
      Volumes: set(config.volumes),
      WorkingDir: config.workdir || undefined,
      Labels: config.labels && Object.keys(config.labels).length > 0 ? config.labels : undefined,
      StopSignal: config.stopSignal || undefined,
    },
    rootfs: { type: 'layers', diff_ids: image.layers.map(({ diffId }) => `sha256:${diffId}`) },
    history: [{ created, created_by: image.createdBy }],
  });
}

export function formatManifest(config: { digest: string; size: number }, image: ImageDocuments): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, digest: `sha256:${config.digest}`, size: config.size },
    layers: image.layers.map(({ diffId, archiveBytes, bytes }) => ({
      mediaType: MEDIA_TYPE.layer,
      digest: `sha256:${diffId}`,
      size: archiveBytes,
      annotations: { [UNPACKED_BYTES]: String(bytes) },
    })),
  });
}

/** One descriptor for each name (image-layout, index.json), one without for an image that has none. */
export function formatIndex(entries: readonly IndexEntry[]): Buffer {
  const manifests = entries.flatMap(({ manifest, size, tags }): Descriptor[] => {
    const descriptor = { mediaType: MEDIA_TYPE.manifest, digest: `sha256:${manifest}`, size };
    if (tags.length === 0) return [descriptor];
    return tags.map((tag) => ({ ...descriptor, annotations: { [REF_NAME]: tag } }));
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
    const { digest, size, annotations } = parseDescriptor(value, what, MEDIA_TYPE.manifest);
    const entry = entries.get(digest) ?? { manifest: digest, size, tags: [] };
    const tag = annotations[REF_NAME];
    if (tag !== undefined) entry.tags.push(tag);
    entries.set(digest, entry);
  }
  return [...entries.values()];
}

export interface ParsedManifest {
  config: string;
  layers: { digest: string; bytes: number }[];
}

export function parseManifest(bytes: Uint8Array, what: string): ParsedManifest {
  const manifest = parseDocument(bytes, what);
  // Readers that disagree on what such a document is can be made to run different things (GHSA-5j5w-g665-5m35).
  if (manifest.manifests !== undefined) throw damaged(what, 'is a manifest and an index at once');
  return {
    config: parseDescriptor(manifest.config, what, MEDIA_TYPE.config).digest,
    layers: list(manifest.layers, what).map((value) => {
      const { digest, annotations } = parseDescriptor(value, what, MEDIA_TYPE.layer);
      const unpacked = Number(annotations[UNPACKED_BYTES] ?? 0);
      return { digest, bytes: Number.isSafeInteger(unpacked) && unpacked >= 0 ? unpacked : 0 };
    }),
  };
}

export interface ParsedImageConfig {
  createdAt: number;
  config: ImageConfig;
  diffIds: string[];
}

export function parseImageConfig(bytes: Uint8Array, what: string): ParsedImageConfig {
  const document = parseDocument(bytes, what);
  const raw = record(document.config ?? {}, what);
  const rootfs = record(document.rootfs, what);
  const text = (key: string) => (raw[key] === undefined ? undefined : string(raw[key], what));
  const texts = (key: string) =>
    raw[key] === undefined || raw[key] === null
      ? undefined
      : list(raw[key], what).map((value) => string(value, what));
  const keys = (key: string) =>
    raw[key] === undefined || raw[key] === null ? undefined : Object.keys(record(raw[key], what));
  const created = typeof document.created === 'string' ? Date.parse(document.created) : 0;
  const labels = raw.Labels === undefined || raw.Labels === null ? undefined : record(raw.Labels, what);
  const config: ImageConfig = {
    user: text('User'),
    env: texts('Env'),
    entrypoint: texts('Entrypoint'),
    cmd: texts('Cmd'),
    workdir: text('WorkingDir'),
    labels:
      labels && Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, string(value, what)])),
    stopSignal: text('StopSignal'),
    exposedPorts: keys('ExposedPorts'),
    volumes: keys('Volumes'),
  } as ImageConfig;
  for (const key of Object.keys(config) as (keyof ImageConfig)[]) {
    if (config[key] === undefined) delete config[key];
  }
  return {
    createdAt: Number.isNaN(created) ? 0 : created,
    config,
    diffIds: list(rootfs.diff_ids, what).map((value) => parseDigest(value, what)),
  };
}

function damaged(what: string, why: string, cause?: unknown): BoxError {
  return new BoxError('DAMAGED', `${what} ${why}`, {
    hint: 'restore it from a backup, or remove the image and import it again',
    ...(cause === undefined ? {} : { cause }),
  });
}

function parseDocument(bytes: Uint8Array, what: string): Record<string, unknown> {
  if (bytes.length > DOCUMENT_MAX_BYTES) throw damaged(what, `has ${bytes.length} bytes, far too many`);
  try {
    return record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), what);
  } catch (error) {
    throw error instanceof BoxError ? error : damaged(what, 'is no JSON', error);
  }
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damaged(what, 'is malformed: an object is missing');
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw damaged(what, 'is malformed: a list is missing');
  return value;
}

function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw damaged(what, 'is malformed: a text is missing');
  return value;
}

function parseDescriptor(value: unknown, what: string, mediaType: string) {
  const descriptor = record(value, what);
  if (descriptor.mediaType !== mediaType) throw damaged(what, `names something that is no ${mediaType}`);
  const { size } = descriptor;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw damaged(what, 'is malformed: a size is missing');
  }
  const annotations = descriptor.annotations === undefined ? {} : record(descriptor.annotations, what);
  return {
    digest: parseDigest(descriptor.digest, what),
    size,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, text]) => [key, string(text, what)]),
    ),
  };
}

/** 64 hex digits of a `sha256:` digest. The grammar is checked here, so that no digest ever becomes another path (CVE-2024-3727). */
function parseDigest(value: unknown, what: string): string {
  const match = /^sha256:([0-9a-f]{64})$/.exec(String(value));
  if (!match) throw damaged(what, 'holds something that is no sha256 digest');
  return match[1] as string;
}
