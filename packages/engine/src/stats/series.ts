import { STATS_STEPS, type StatsStep } from '@boxyard/api';
import { Ring } from './ring.ts';

/** Slots of each ring: 10 minutes, 2 hours, 24 hours. */
const CAPACITY: Record<StatsStep, number> = { 1: 600, 10: 720, 60: 1_440 };
/** A second's slot takes no sample that speaks of a longer time. */
const FINE_MAX_MS = 2_500;
/** A slot that has just ended may not have its sample yet. */
const SETTLED_AFTER_MS = 500;

/**
 * The history of a box or of the host, by the names of its measures. The ring of seconds is made when somebody first looks: what nobody
 * ever looked at has none.
 *
 * Memory for 8 measures that all change all the time: 23 kB for 2 hours, 69 kB for 24, and 19 kB more for seconds; a box that sleeps
 * costs a few hundred bytes (see Column).
 */
export class Series<Measure extends string> {
  readonly #measures: readonly Measure[];
  readonly #rings = new Map<StatsStep, Ring>();
  readonly #values: Float64Array;

  constructor(measures: readonly Measure[]) {
    this.#measures = measures;
    this.#values = new Float64Array(measures.length);
  }

  /** Bytes of the values kept. */
  get bytes(): number {
    return [...this.#rings.values()].reduce((sum, ring) => sum + ring.bytes, 0);
  }

  /** A sample that stands for the time between two moments; `fine`: somebody watches by the second. */
  add(
    sample: Readonly<Record<Measure, number | null>>,
    time: { from: number; until: number; fine: boolean },
  ): void {
    for (const [at, measure] of this.#measures.entries()) this.#values[at] = sample[measure] ?? Number.NaN;
    for (const step of STATS_STEPS) {
      if (step === 1 && (!time.fine || time.until - time.from > FINE_MAX_MS)) continue;
      this.#ring(step).add(this.#values, time.from, time.until);
    }
  }

  /** All measures of one ring, and the moment its last slot ended. */
  read(step: StatsStep, now: number): { until: number; columns: Record<Measure, (number | null)[]> } {
    const { columns, until } = this.#ring(step).read(now - SETTLED_AFTER_MS);
    const named = this.#measures.map((measure, at) => [measure, columns[at] ?? []]);
    return { until, columns: Object.fromEntries(named) };
  }

  #ring(step: StatsStep): Ring {
    let ring = this.#rings.get(step);
    if (!ring) {
      ring = new Ring({ step, capacity: CAPACITY[step], columns: this.#measures.length });
      this.#rings.set(step, ring);
    }
    return ring;
  }
}
