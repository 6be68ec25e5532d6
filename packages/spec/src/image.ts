/** The parts of OCI image-spec 1.1 that Boxyard keeps. */
export interface ImageConfig {
  user?: string;
  env?: string[];
  entrypoint?: string[];
  cmd?: string[];
  workdir?: string;
  labels?: Record<string, string>;
  stopSignal?: string;
  exposedPorts?: string[];
  volumes?: string[];
}

/** What an image was made for, as Go spells it: `linux/arm64/v8`. */
export interface Platform {
  os: string;
  architecture: string;
  variant?: string | undefined;
}

export interface Image {
  /** sha256 digest (64 hex, no prefix) of the OCI image config blob. */
  id: string;
  /** sha256 digest of the manifest blob. */
  manifest: string;
  /** Names pointing to it, `busybox:latest`; familiar form. */
  tags: string[];
  /** Where it can be had unchanged, `debian@sha256:…`: digests by which it was pulled or pushed; familiar form. */
  digests: string[];
  platform: Platform;
  /** Unix milliseconds. */
  createdAt: number;
  /** Bytes unpacked, all layers. */
  size: number;
  /** diff ids (64 hex), lowest layer first. */
  layers: string[];
  config: ImageConfig;
}

const NAME_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/;
const NAME_MAX_CHARACTERS = 255;

/** The registry of names without one. */
export const DEFAULT_REGISTRY = 'docker.io';
/** Where Docker Hub keeps images whose name has one part. */
const OFFICIAL = 'library';
/** Old spellings of Docker Hub (distribution/reference). */
const HUB_HOSTS = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** A name with every part that may be left out filled in. */
export interface ImageReference {
  /** Host and port, `docker.io` for Docker Hub. */
  registry: string;
  /** `library/nginx` */
  repository: string;
  /** `latest` when neither tag nor digest is given. */
  tag?: string | undefined;
  /** `sha256:` and 64 hex digits: wins over the tag. */
  digest?: string | undefined;
}

/** `[HOST[:PORT]/]NAME[:TAG][@DIGEST]`, or undefined when it is no reference (OCI distribution-spec and distribution/reference grammar). */
export function parseImageReference(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon === -1 ? (digest === undefined ? 'latest' : undefined) : named.slice(colon + 1);
  const parts = (colon === -1 ? named : named.slice(0, colon)).split('/');
  const first = parts[0] ?? '';
  const hasHost = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  if (hasHost && !HOST.test(first)) return undefined;
  const registry = hasHost && !HUB_HOSTS.includes(first) ? first : DEFAULT_REGISTRY;
  const path = hasHost ? parts.slice(1) : parts;
  if (registry === DEFAULT_REGISTRY && path.length === 1) path.unshift(OFFICIAL);
  const repository = path.join('/');
  if (registry.length + 1 + repository.length > NAME_MAX_CHARACTERS) return undefined;
  if (!path.every((part) => NAME_PART.test(part)) || (tag !== undefined && !TAG.test(tag))) return undefined;
  return { registry, repository, tag, digest };
}

/** The name alone as people write it: `nginx`, `team/app`, `ghcr.io/team/app`. */
export function familiarName({ registry, repository }: ImageReference): string {
  if (registry !== DEFAULT_REGISTRY) return `${registry}/${repository}`;
  return repository.startsWith(`${OFFICIAL}/`) ? repository.slice(OFFICIAL.length + 1) : repository;
}

/** As people write it, with its tag or digest: `nginx:latest`, `team/app@sha256:…`. */
export function familiarReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${familiarName(reference)}${tag}${digest}`;
}

/** `name[:tag]` with the tag made explicit (`latest`), the name in familiar form; undefined when it is no reference or names a digest. */
export function parseReference(text: string): { name: string; tag: string } | undefined {
  const reference = parseImageReference(text);
  if (!reference || reference.digest !== undefined || reference.tag === undefined) return undefined;
  return { name: familiarName(reference), tag: reference.tag };
}

/** `name:tag`, or undefined when it is no reference. */
export function normalizeReference(text: string): string | undefined {
  const reference = parseReference(text);
  return reference && `${reference.name}:${reference.tag}`;
}
