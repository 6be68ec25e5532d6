import { BoxError, type Image, nearest, normalizeReference } from '@boxyard/spec';

const ID = /^(?:sha256:)?([0-9a-f]{1,64})$/;
const CANDIDATES_SHOWN = 10;

/**
 * The image that a name (`busybox`, `busybox:latest`) or a unique prefix of an id means. A name wins over an id that begins like it.
 * Throws BoxError NOT_FOUND with the nearest names, AMBIGUOUS with the candidates in `details`.
 */
export function resolveImage(images: readonly Image[], reference: string): Image {
  const name = normalizeReference(reference);
  const named = name && images.find(({ tags }) => tags.includes(name));
  if (named) return named;
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
      : "'box images' lists all, 'box import' makes one",
    details: { reference, ...(close ? { nearest: close } : {}) },
  });
}
