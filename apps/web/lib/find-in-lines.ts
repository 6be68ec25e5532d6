export interface Place {
  start: number;
  end: number;
  /** Counts over all lines. */
  index: number;
}
export interface Found {
  count: number;
  /** By number of the line. */
  places: ReadonlyMap<number, readonly Place[]>;
}

/** Marks beyond these would cost more than they tell. */
const PLACES_MAX = 2_000;

/** Where `text` stands in the lines, in any case; nothing for no text. */
export function findInLines(lines: readonly string[], text: string): Found {
  const places = new Map<number, Place[]>();
  const wanted = text.toLowerCase();
  let count = 0;
  if (wanted === '') return { count, places };
  for (const [number, line] of lines.entries()) {
    const lower = line.toLowerCase();
    // A character whose lower case is longer would move the places: such a line is searched as it is.
    const searched = lower.length === line.length ? lower : line;
    for (
      let start = searched.indexOf(wanted);
      start !== -1;
      start = searched.indexOf(wanted, start + wanted.length)
    ) {
      if (count === PLACES_MAX) return { count, places };
      const place = { start, end: start + wanted.length, index: count };
      places.set(number, [...(places.get(number) ?? []), place]);
      count += 1;
    }
  }
  return { count, places };
}
