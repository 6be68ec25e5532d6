/** A bucket of attempts that refills steadily. For the whole agent: on loopback an address says nothing about who asks. */
export class RateLimit {
  #attempts: number;
  #perMs: number;
  #left: number;
  #at = Date.now();

  /** `attempts` at once, as many again within `perMs`. */
  constructor(attempts: number, perMs: number) {
    this.#attempts = attempts;
    this.#perMs = perMs;
    this.#left = attempts;
  }

  /** Uses one attempt; false when there is none left. */
  take(): boolean {
    this.#refill();
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /** Until there is an attempt again, whole seconds, at least one. */
  get waitSeconds(): number {
    this.#refill();
    return Math.max(1, Math.ceil(((1 - this.#left) * this.#perMs) / this.#attempts / 1000));
  }

  #refill(): void {
    const now = Date.now();
    this.#left = Math.min(this.#attempts, this.#left + ((now - this.#at) * this.#attempts) / this.#perMs);
    this.#at = now;
  }
}
