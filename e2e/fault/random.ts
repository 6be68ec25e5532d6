/** Random numbers that come again with the same seed, so that a failure can be repeated: mulberry32 (Tommy Ettinger, public domain). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

/** BOXYARD_SEED repeats a run; else every run is another one. Said aloud, so that a failure tells its seed. */
export function chooseSeed(): number {
  const seed = Number(process.env.BOXYARD_SEED ?? Date.now() % 2 ** 31);
  console.log(`BOXYARD_SEED=${seed}`);
  return seed;
}
