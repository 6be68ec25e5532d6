import { BoxError, type Platform } from '@boxyard/spec';

/** What a manifest says of another document or blob (OCI image-spec, descriptor.md). */
export interface Descriptor {
  mediaType: string;
  /** `sha256:` and 64 hex digits. */
  digest: string;
  /** Bytes. */
  size: number;
  /** Where else it may be had (foreign layers). */
  urls?: string[] | undefined;
  platform?: Platform | undefined;
  annotations?: Record<string, string> | undefined;
}
export type Manifest =
  | { kind: 'index'; manifests: Descriptor[] }
  | { kind: 'image'; config: Descriptor; layers: Descriptor[] };

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker';
export const OCI_INDEX = `${OCI}.index.v1+json`;
export const OCI_MANIFEST = `${OCI}.manifest.v1+json`;
const DOCKER_LIST = `${DOCKER}.distribution.manifest.list.v2+json`;
const DOCKER_MANIFEST = `${DOCKER}.distribution.manifest.v2+json`;
const INDEX_TYPES: ReadonlySet<string> = new Set([OCI_INDEX, DOCKER_LIST]);
const IMAGE_TYPES: ReadonlySet<string> = new Set([OCI_MANIFEST, DOCKER_MANIFEST]);
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;
const CONFIG_TYPES: ReadonlySet<string> = new Set([
  `${OCI}.config.v1+json`,
  `${DOCKER}.container.image.v1+json`,
]);
const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:diff|foreign\.diff)\.tar(?:\.gzip|\.zstd)?)$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Of one document: what registries take in practice, and Docker reads (distribution-spec asks for at least 4 MiB). */
export const DOCUMENT_MAX_BYTES = 4 * 1024 * 1024;

/** For the Accept field. */
export const ACCEPTED = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].join(', ');

/** Reads a manifest or an index that was checked against its digest. `mediaType` is what the registry or an index calls it. */
export function parseManifest(
  bytes: Buffer,
  mediaType: string | undefined,
): Manifest & { mediaType: string } {
  const document = parseJson(bytes);
  const said = mediaTypeOf(document, mediaType);
  const index = document.manifests !== undefined;
  const image = document.config !== undefined || document.layers !== undefined;
  if (index && image) throw damaged('it is an index and a manifest at once');
  if (INDEX_TYPES.has(said) && index) {
    const manifests = list(document.manifests, 'manifests').map((entry) =>
      parseDescriptor(entry, 'manifests'),
    );
    return { kind: 'index', mediaType: said, manifests };
  }
  if (IMAGE_TYPES.has(said) && image) return { mediaType: said, ...parseImage(document) };
  throw damaged(`it is called ${said} and has nothing of that`);
}

function parseImage(document: Record<string, unknown>): Manifest {
  const config = parseDescriptor(document.config, 'config');
  const { artifactType } = document;
  if (!CONFIG_TYPES.has(config.mediaType)) {
    const kind = typeof artifactType === 'string' ? artifactType : config.mediaType;
    throw new BoxError('UNSUPPORTED', `that is no image but an artifact of type ${quote(kind)}`, {
      hint: 'programs that make such artifacts can fetch them, oras for example',
    });
  }
  if (config.size > DOCUMENT_MAX_BYTES) throw damaged(`its config has ${config.size} bytes`);
  const layers = list(document.layers, 'layers').map((entry) => parseDescriptor(entry, 'layers'));
  for (const { mediaType } of layers) {
    if (LAYER.test(mediaType)) continue;
    throw new BoxError(
      'UNSUPPORTED',
      `a layer of it has the type ${quote(mediaType)}, which Boxyard does not know`,
      {
        hint: 'layers are tar archives: plain, gzip or zstd',
      },
    );
  }
  return { kind: 'image', config, layers };
}

/** What the registry, an index above and the document itself call it, when they agree. */
function mediaTypeOf(document: Record<string, unknown>, mediaType: string | undefined): string {
  const told = mediaType?.split(';')[0]?.trim().toLowerCase();
  const own = document.mediaType;
  if (own !== undefined && typeof own !== 'string') throw damaged('its mediaType is no text');
  if ((told && SCHEMA_1.test(told)) || (own && SCHEMA_1.test(own)) || document.schemaVersion === 1) {
    throw new BoxError('UNSUPPORTED', 'the image is in the old form "schema 1", which is not safe to pull', {
      hint: 'push it again with a Docker of 2017 or later, or with skopeo copy --format v2s2',
    });
  }
  const known = (type: string | undefined) =>
    type !== undefined && (INDEX_TYPES.has(type) || IMAGE_TYPES.has(type));
  if (own !== undefined && known(told) && own !== told) {
    throw damaged(`it is called ${told} and calls itself ${quote(own)}`);
  }
  // Servers of plain files say application/json or text/plain.
  const said = known(told) ? told : own;
  if (said === undefined) throw damaged(`its type ${quote(told ?? '')} is none of a manifest`);
  return said;
}

/** @throws BoxError DAMAGED, UNSUPPORTED for another digest than SHA-256 */
export function parseDescriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw damaged(`${where} has no descriptor`);
  const { mediaType, digest, size, urls, platform, annotations } = value;
  if (typeof mediaType !== 'string' || typeof digest !== 'string')
    throw damaged(`${where} has no type or digest`);
  if (!DIGEST.test(digest)) {
    const other = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/.test(digest);
    if (other)
      throw new BoxError('UNSUPPORTED', `${quote(digest)} is no SHA-256 digest; Boxyard knows no other`);
    throw damaged(`${quote(digest)} in ${where} is no digest`);
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw damaged(`a size in ${where} is no size`);
  return {
    mediaType,
    digest,
    size,
    urls: Array.isArray(urls) ? urls.filter((url) => typeof url === 'string') : undefined,
    platform: parsePlatformOf(platform),
    annotations: isObject(annotations) ? (annotations as Record<string, string>) : undefined,
  };
}

function parsePlatformOf(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const { os, architecture, variant } = value;
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return { os, architecture, ...(typeof variant === 'string' && variant !== '' && { variant }) };
}

function parseJson(bytes: Buffer): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(`it is no JSON: ${(cause as Error).message}`);
  }
  if (!isObject(document)) throw damaged('it is no JSON object');
  return document;
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw damaged(`it has no list of ${name}`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a text that a stranger wrote, for one line. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function damaged(what: string): BoxError {
  return new BoxError('DAMAGED', `the manifest cannot be used: ${what}`, {
    hint: 'the registry or whoever pushed the image made a mistake',
  });
}
