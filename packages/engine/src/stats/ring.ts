/** Values of a column are first kept for so many slots; doubled as they fill, so that a box that ran a minute costs a minute. */
const FIRST_SLOTS = 64;

/**
 * One measure over time. While it never changes it is a single number (a sleeping box has one process and no pressure for hours);
 * afterwards four bytes a slot.
 */
class Column {
  readonly #capacity: number;
  #constant = Number.NaN;
  #values: Float32Array | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#values?.byteLength ?? 0;
  }

  /** @param filled slots that hold a value already */
  set(index: number, value: number, filled: number): void {
    const rounded = Math.fround(value);
    if (!this.#values) {
      if (filled === 0) this.#constant = rounded;
      if (Object.is(rounded, this.#constant)) return;
    }
    if (index >= (this.#values?.length ?? 0)) this.#grow(index, filled);
    if (this.#values) this.#values[index] = rounded;
  }

  get(index: number): number {
    return this.#values ? (this.#values[index] ?? Number.NaN) : this.#constant;
  }

  #grow(index: number, filled: number): void {
    let size = FIRST_SLOTS;
    // Once the ring went round, every slot holds a value, wherever this one is.
    while (size <= Math.max(index, filled)) size *= 2;
    const grown = new Float32Array(Math.min(size, this.#capacity));
    if (this.#values) grown.set(this.#values);
    else grown.fill(this.#constant);
    this.#values = grown;
  }
}

/**
 * The latest `capacity` slots of `step` seconds, several measures each. What is added several times to one slot becomes the mean, weighted
 * by how long each sample stood; a slot without any is NaN. Times are milliseconds of a clock that never goes back.
 */
export class Ring {
  readonly step: number;
  readonly #capacity: number;
  readonly #columns: Column[];
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;
  #first: number | undefined;
  #last = 0;

  constructor(options: { step: number; capacity: number; columns: number }) {
    this.step = options.step;
    this.#capacity = options.capacity;
    this.#columns = Array.from({ length: options.columns }, () => new Column(options.capacity));
    this.#sums = new Float64Array(options.columns);
    this.#weights = new Float64Array(options.columns);
  }

  /** Bytes of the values kept. */
  get bytes(): number {
    return this.#columns.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Adds a sample that stood from `from` to `until`. One that is older than the latest slot is dropped. */
  add(values: Float64Array, from: number, until: number): void {
    // The slot that it lies in for the most part: a timer that is a little late leaves no hole.
    const slot = Math.floor((from + until) / 2 / (this.step * 1000));
    if (this.#first !== undefined && slot < this.#last) return;
    if (this.#first === undefined || slot > this.#last) this.#begin(slot);
    const index = this.#indexOf(slot);
    const filled = slot - (this.#first ?? slot);
    for (const [at, column] of this.#columns.entries()) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) {
        if (this.#weights[at] === 0) column.set(index, value, filled);
        continue;
      }
      this.#sums[at] = (this.#sums[at] ?? 0) + value * (until - from);
      this.#weights[at] = (this.#weights[at] ?? 0) + (until - from);
      column.set(index, (this.#sums[at] ?? 0) / (this.#weights[at] ?? 1), filled);
    }
  }

  #begin(slot: number): void {
    if (this.#first === undefined) {
      this.#first = slot;
    } else {
      const from = Math.max(this.#last + 1, slot - this.#capacity + 1);
      for (let missed = from; missed < slot; missed++) {
        for (const column of this.#columns)
          column.set(this.#indexOf(missed), Number.NaN, missed - this.#first);
      }
    }
    this.#last = slot;
    this.#sums.fill(0);
    this.#weights.fill(0);
  }

  #indexOf(slot: number): number {
    return (slot - (this.#first ?? 0)) % this.#capacity;
  }

  /** Every measure from the oldest slot to the last that was over at `now`, and when that ended. */
  read(now: number): { columns: (number | null)[][]; until: number } {
    const end = Math.floor(now / (this.step * 1000));
    const start = Math.max(this.#first ?? end, end - this.#capacity);
    const columns = this.#columns.map((column) =>
      Array.from({ length: Math.max(end - start, 0) }, (_, offset) => {
        const slot = start + offset;
        const held = slot <= this.#last && slot > this.#last - this.#capacity;
        const value = held ? column.get(this.#indexOf(slot)) : Number.NaN;
        return Number.isNaN(value) ? null : value;
      }),
    );
    return { columns, until: end * this.step * 1000 };
  }
}
