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
    const now = Date.now();
    this.#left = Math.min(this.#attempts, this.#left + ((now - this.#at) * this.#attempts) / this.#perMs);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
