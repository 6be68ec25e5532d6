/** What pulling and pushing have in common. */
import { BoxError, type ImageReference, parseImageReference } from '@boxyard/spec';

/** Blobs of one image on their way at once: enough to fill a line, and each has a Worker and a helper of its own. */
export const TRANSFERS_AT_ONCE = 4;
/** Digits of a digest that people see. */
const SHORT = 12;

/** Throws INVALID_ARGUMENT. */
export function referenceOf(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference) return reference;
  throw new BoxError('INVALID_ARGUMENT', `'${text}' is no name of an image`, {
    hint: 'write it like nginx, team/app:v2, ghcr.io/team/app@sha256:…; names are in lower case',
  });
}

/** The 64 digits of `sha256:…`, as the store names blobs. */
export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

export function shortDigest(digest: string): string {
  return hexOf(digest).slice(0, SHORT);
}
