/** One hit of a fuzzy search: how good it is and which characters of the text it used. */
export interface FuzzyMatch {
  score: number;
  positions: number[];
}

const WORD_START = 8;
/** More than the start of a word: what was typed together was meant together. */
const IN_A_ROW = 10;
/** Every character skipped costs a little, so that the tighter match wins. */
const SKIPPED = 0.1;

/**
 * All characters of `query` in `text`, in order, any case; spaces in the query match nothing by themselves. Starts of words and runs
 * score higher. Null when some character is missing.
 */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | null {
  const wanted = query.toLowerCase().replaceAll(' ', '');
  if (wanted === '') return { score: 0, positions: [] };
  const lower = text.toLowerCase();
  // Where the whole query stands together, that is what was meant.
  const whole = lower.indexOf(query.trim().toLowerCase());
  const starts =
    whole >= 0
      ? [whole]
      : Array.from({ length: lower.length }, (_, at) => at).filter((at) => lower[at] === wanted[0]);
  let best: FuzzyMatch | null = null;
  for (const start of starts) {
    const match = matchFrom(start, wanted, lower);
    if (match && (!best || match.score > best.score)) best = match;
  }
  return best;
}

function matchFrom(start: number, wanted: string, text: string): FuzzyMatch | null {
  const positions: number[] = [];
  let score = -start * SKIPPED;
  let at = start;
  for (const char of wanted) {
    const found = text.indexOf(char, at);
    if (found < 0) return null;
    const before = positions.at(-1);
    if (found === 0 || /[\s\-_/:.]/.test(text[found - 1] ?? '')) score += WORD_START;
    if (before !== undefined) score += found === before + 1 ? IN_A_ROW : -(found - before) * SKIPPED;
    positions.push(found);
    at = found + 1;
  }
  return { score, positions };
}

/** The items whose text matches, best first; equal ones keep their order. */
export function fuzzyFilter<Item>(
  query: string,
  items: readonly Item[],
  textOf: (item: Item) => string,
): { item: Item; positions: number[] }[] {
  return items
    .flatMap((item) => {
      const match = fuzzyMatch(query, textOf(item));
      return match ? [{ item, ...match }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item, positions }) => ({ item, positions }));
}
