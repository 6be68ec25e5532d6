import { BoxError, nearest } from '@boxyard/spec';

interface Named {
  id: string;
  name: string;
}

/** How many candidates of an ambiguous prefix an error names. */
const CANDIDATES_SHOWN = 10;
export const SHORT_ID_LENGTH = 12;

/**
 * Finds what a user means: a name, a full id, or a prefix of exactly one id, in this order.
 * Throws NOT_FOUND with the nearest name, AMBIGUOUS with the candidates (`details.candidates`).
 */
export function resolveContainer<T extends Named>(
  reference: string,
  all: { byId(id: string): T | undefined; byName(name: string): T | undefined; values(): Iterable<T> },
): T {
  const exact = all.byName(reference) ?? all.byId(reference);
  if (exact) return exact;
  const matches = /^[0-9a-f]{1,63}$/.test(reference)
    ? [...all.values()].filter(({ id }) => id.startsWith(reference))
    : [];
  const [only] = matches;
  if (only && matches.length === 1) return only;
  if (only) {
    const candidates = matches.map(({ id, name }) => `${id.slice(0, SHORT_ID_LENGTH)} (${name})`);
    const more =
      candidates.length > CANDIDATES_SHOWN ? `, and ${candidates.length - CANDIDATES_SHOWN} more` : '';
    throw new BoxError(
      'AMBIGUOUS',
      `${matches.length} containers have an id that starts with "${reference}"`,
      {
        hint: `type more of it: ${candidates.slice(0, CANDIDATES_SHOWN).join(', ')}${more}`,
        details: { candidates: matches.map(({ id, name }) => ({ id, name })) },
      },
    );
  }
  const suggestion = nearest(
    reference,
    [...all.values()].map(({ name }) => name),
  );
  throw new BoxError('NOT_FOUND', `no container is called "${reference}"`, {
    hint: suggestion ? `did you mean "${suggestion}"?` : '"box ps -a" lists all containers',
  });
}
