/** One line of a chart: null where nothing was measured. */
export interface Series {
  label: string;
  values: readonly (number | null)[];
}

export interface Summary {
  min: number;
  average: number;
  max: number;
  /** The last one, null when that was not measured. */
  now: number | null;
}

/** Null when nothing was measured at all. */
export function summarizeSeries(values: readonly (number | null)[]): Summary | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    count += 1;
  }
  return count === 0 ? null : { min, max, average: sum / count, now: values.at(-1) ?? null };
}

/** Unix seconds of each sample of a ring whose last one is at `until` (ms). */
export function sampleTimes(length: number, step: number, until: number): number[] {
  const last = until / 1000;
  return Array.from({ length }, (_, index) => last - (length - 1 - index) * step);
}
