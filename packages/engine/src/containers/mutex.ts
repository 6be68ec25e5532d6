/** One holder at a time, in the order asked: `using held = await mutex.acquire()`. */
export class Mutex {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  get busy(): boolean {
    return this.#waiting > 0;
  }

  async acquire(): Promise<Disposable> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = promise;
    this.#waiting += 1;
    await before;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#waiting -= 1;
        resolve();
      },
    };
  }
}
