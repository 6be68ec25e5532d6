import { fingerprint, newSecret } from './random.ts';

/** Single-use secrets that carry something: sign-in tokens, WebSocket tickets, transfer tickets. Kept in memory, by hash. */
export class OneTime<T> {
  #lifetimeMs: number;
  #most: number;
  #waiting = new Map<string, { value: T; expiresAt: number }>();

  /** At most `most` wait at a time: the oldest gives way. */
  constructor(options: { lifetimeMs: number; most: number }) {
    this.#lifetimeMs = options.lifetimeMs;
    this.#most = options.most;
  }

  mint(value: T): { secret: string; expiresAt: Date } {
    const secret = newSecret();
    const expiresAt = Date.now() + this.#lifetimeMs;
    this.#waiting.set(fingerprint(secret), { value, expiresAt });
    for (const key of this.#waiting.keys()) {
      if (this.#waiting.size <= this.#most) break;
      this.#waiting.delete(key);
    }
    return { secret, expiresAt: new Date(expiresAt) };
  }

  /** What the secret carries, once and in time; undefined otherwise. */
  redeem(secret: string): T | undefined {
    const key = fingerprint(secret);
    const found = this.#waiting.get(key);
    this.#waiting.delete(key);
    return found && found.expiresAt > Date.now() ? found.value : undefined;
  }
}
