/** Things at absolute places that do not change while others come and go at both ends. */
export class LineList<T> {
  #items: T[] = [];
  #head = 0;
  /** Place of the first. */
  first = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Place after the last. */
  get end(): number {
    return this.first + this.length;
  }

  at(place: number): T | undefined {
    return place < this.first ? undefined : this.#items[this.#head + place - this.first];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes `count` off the front. */
  shift(count: number): void {
    const taken = Math.min(count, this.length);
    this.#head += taken;
    this.first += taken;
    // Half of the array is air: now a copy costs no more than what was taken since the last.
    if (this.#head > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Takes everything from `place` on off the end. */
  cut(place: number): T[] {
    return this.#items.splice(this.#head + Math.max(0, place - this.first));
  }

  clear(first: number): void {
    this.#items = [];
    this.#head = 0;
    this.first = first;
  }

  /** The first place from which on `after` holds; it must hold for all that follow one for which it does. */
  search(after: (item: T) => boolean): number {
    let low = this.first;
    for (let high = this.end; low < high; ) {
      const middle = Math.floor((low + high) / 2);
      if (after(this.at(middle) as T)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index] as T;
  }
}
