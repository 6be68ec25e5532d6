import type { Facet } from './line';
import { FACETS } from './query';
import type { LogStore } from './store';

/** How many lines of each level a stretch of time holds. */
export interface Histogram {
  /** Milliseconds since the epoch of the first and the last line. */
  from: number;
  to: number;
  /** By level (FACETS), by stretch. */
  counts: Record<Facet, number[]>;
  total: number;
}

/** Of the lines shown; null while there are too few to compare. */
export function histogramOf(store: LogStore, stretches: number): Histogram | null {
  const first = store.view.at(store.view.first);
  const last = store.view.at(store.view.end - 1);
  if (!first || !last || last.order <= first.order) return null;
  const { order: from } = first;
  const span = last.order - from;
  const empty = FACETS.map((facet) => [facet, new Array<number>(stretches).fill(0)]);
  const counts = Object.fromEntries(empty) as Histogram['counts'];
  let total = 0;
  for (const line of store.view) {
    if (line.hole) continue;
    const stretch = Math.min(stretches - 1, Math.floor(((line.order - from) / span) * stretches));
    const of = counts[line.level ?? 'other'];
    of[stretch] = (of[stretch] ?? 0) + 1;
    total += 1;
  }
  return { from, to: last.order, counts, total };
}
