/** Reading the fields of documents that anybody may have written. Everything here throws BoxError DAMAGED with the document's name in front. */
import { BoxError } from '@boxyard/spec';

/** Larger documents are damage or malice (containers/image read 2 GB manifests). */
export const DOCUMENT_MAX_BYTES = 4 * 1024 * 1024;

export function damaged(what: string, why: string, cause?: unknown): BoxError {
  return new BoxError('DAMAGED', `${what} ${why}`, {
    hint: 'get the image again, from where it is whole',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function parseDocument(bytes: Uint8Array, what: string): Record<string, unknown> {
  return record(parseJson(bytes, what), what);
}

export function parseJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > DOCUMENT_MAX_BYTES) throw damaged(what, `has ${bytes.length} bytes, far too many`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(what, 'is no JSON', error);
  }
}

export function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damaged(what, 'is malformed: an object is missing');
  }
  return value as Record<string, unknown>;
}

export function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw damaged(what, 'is malformed: a list is missing');
  return value;
}

export function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw damaged(what, 'is malformed: a text is missing');
  return value;
}

/** 64 hex digits of a `sha256:` digest. The grammar is checked here, so that no digest ever becomes another path (CVE-2024-3727). */
export function parseDigest(value: unknown, what: string): string {
  const match = /^sha256:([0-9a-f]{64})$/.exec(String(value));
  if (!match) throw damaged(what, 'holds something that is no sha256 digest');
  return match[1] as string;
}

export interface ParsedDescriptor {
  mediaType: string;
  /** 64 hex digits. */
  digest: string;
  size: number;
  annotations: Record<string, string>;
}

export function parseDescriptor(
  value: unknown,
  what: string,
  allowed: ReadonlySet<string>,
): ParsedDescriptor {
  const descriptor = record(value, what);
  const mediaType = string(descriptor.mediaType, what);
  if (!allowed.has(mediaType)) {
    throw new BoxError('UNSUPPORTED', `${what} names something that is no part of an image (${mediaType})`, {
      hint: 'it may be an artifact of another kind (a chart, a signature), which cannot be run',
    });
  }
  const { size } = descriptor;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw damaged(what, 'is malformed: a size is missing');
  }
  const annotations =
    descriptor.annotations === undefined || descriptor.annotations === null
      ? {}
      : record(descriptor.annotations, what);
  return {
    mediaType,
    digest: parseDigest(descriptor.digest, what),
    size,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, text]) => [key, string(text, what)]),
    ),
  };
}
