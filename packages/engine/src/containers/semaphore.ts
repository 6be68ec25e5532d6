/** At most so many holders at once, in the order asked: `using slot = await semaphore.acquire()`. */
export class Semaphore {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(holders: number) {
    this.#free = holders;
  }

  async acquire(): Promise<Disposable> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        const next = this.#waiting.shift();
        if (next) next();
        else this.#free += 1;
      },
    };
  }
}
