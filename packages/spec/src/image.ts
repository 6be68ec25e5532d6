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

export interface Image {
  /** sha256 digest (64 hex, no prefix) of the OCI image config blob. */
  id: string;
  /** sha256 digest of the manifest blob. */
  manifest: string;
  /** Names pointing to it, `busybox:latest`; familiar form. */
  tags: string[];
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

/** `name[:tag]` with the tag made explicit (`latest`), or undefined when it is no reference (OCI distribution-spec grammar). */
export function parseReference(text: string): { name: string; tag: string } | undefined {
  const slash = text.lastIndexOf('/');
  const colon = text.indexOf(':', slash + 1);
  const name = colon === -1 ? text : text.slice(0, colon);
  const tag = colon === -1 ? 'latest' : text.slice(colon + 1);
  const parts = name.split('/');
  const first = parts[0] ?? '';
  const host = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const path = host ? parts.slice(1) : parts;
  if (host && !/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?$/.test(first)) return undefined;
  if (name.length > 255 || !path.every((part) => NAME_PART.test(part)) || !TAG.test(tag)) return undefined;
  return { name, tag };
}

/** `name:tag`, or undefined when it is no reference. */
export function normalizeReference(text: string): string | undefined {
  const reference = parseReference(text);
  return reference && `${reference.name}:${reference.tag}`;
}
