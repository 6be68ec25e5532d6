import {
  BoxError,
  familiarName,
  familiarReference,
  type Image,
  nearest,
  normalizeReference,
  parseImageReference,
} from '@boxyard/spec';

const ID = /^(?:sha256:)?([0-9a-f]{1,64})$/;
const CANDIDATES_SHOWN = 10;

/**
 * The image that a name (`busybox`, `busybox:latest`, `busybox@sha256:…`) or a unique prefix of an id means. A name wins over an id that
 * begins like it.
 * Throws BoxError NOT_FOUND with the nearest names, AMBIGUOUS with the candidates in `details`.
 */
export function resolveImage(images: readonly Image[], reference: string): Image {
  const name = normalizeReference(reference);
  const named = name && images.find(({ tags }) => tags.includes(name));
  if (named) return named;
  const pinned = pinnedImage(images, reference);
  if (pinned) return pinned;
  const prefix = ID.exec(reference)?.[1];
  const matching = prefix ? images.filter(({ id }) => id.startsWith(prefix)) : [];
  if (matching.length === 1) return matching[0] as Image;
  if (matching.length > 1) {
    const candidates = matching.map(({ id, tags }) => `${id.slice(0, 12)} (${tags.join(', ') || 'no name'})`);
    throw new BoxError('AMBIGUOUS', `'${reference}' could be any of ${matching.length} images`, {
      hint: `say more of the id: ${candidates.slice(0, CANDIDATES_SHOWN).join(', ')}`,
      details: { candidates: matching.map(({ id }) => id) },
    });
  }
  const names = images.flatMap(({ tags }) => tags);
  const close = nearest(reference, [...names, ...names.map((tag) => tag.replace(/:latest$/, ''))]);
  throw new BoxError('NOT_FOUND', `there is no image '${reference}'`, {
    hint: close
      ? `did you mean '${close}'? 'box images' lists all`
      : "'box images' lists all, 'box pull' gets one",
    details: { reference, ...(close ? { nearest: close } : {}) },
  });
}

/** By `name@sha256:…`: the digest by which it was pulled or pushed, or that of its manifest in a repository that it is known from. */
function pinnedImage(images: readonly Image[], text: string): Image | undefined {
  const reference = parseImageReference(text);
  if (reference?.digest === undefined) return undefined;
  const name = familiarName(reference);
  const { digest } = reference;
  return (
    images.find(({ digests }) => digests.includes(`${name}@${digest}`)) ??
    images.find(
      ({ digests, manifest }) =>
        digest === `sha256:${manifest}` && digests.some((known) => known.startsWith(`${name}@`)),
    )
  );
}

/** The name of an image as the store keeps it: `busybox:latest`, or `busybox@sha256:…`, where a digest makes a tag meaningless. */
export function nameOf(text: string): string | undefined {
  const reference = parseImageReference(text);
  if (reference?.digest === undefined) return normalizeReference(text);
  return familiarReference({ ...reference, tag: undefined });
}
