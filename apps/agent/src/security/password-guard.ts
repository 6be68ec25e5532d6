import { setTimeout as sleep } from 'node:timers/promises';
import { BoxError } from '@boxyard/spec';
import type { Password } from './password.ts';
import { RateLimit } from './rate-limit.ts';

const MINUTE_MS = 60_000;
/** A person mistypes a few times; at this rate a year tries 2.6 million passwords of 12 characters and more. */
const ATTEMPTS = 5;
/** A wrong password is answered this much later for each wrong one before it, */
const DELAY_STEP_MS = 250;
/** at most this. */
const DELAY_MOST_MS = 2_000;

/** The one way to try the password, for signing in and for changing it. */
export class PasswordGuard {
  #password: Password;
  #attempts = new RateLimit(ATTEMPTS, MINUTE_MS);
  #failures = 0;

  constructor(password: Password) {
    this.#password = password;
  }

  /**
   * Resolves when it is the password.
   * @throws BoxError RESOURCE_EXHAUSTED (`details.retryAfterSeconds`); PERMISSION_DENIED: wrong, or none is set, which look the same
   */
  async check(password: string): Promise<void> {
    if (!this.#attempts.take()) throw tooMany(this.#attempts.waitSeconds);
    if (await this.#password.matches(password)) {
      this.#failures = 0;
      return;
    }
    this.#failures += 1;
    await sleep(Math.min(this.#failures * DELAY_STEP_MS, DELAY_MOST_MS));
    throw new BoxError('PERMISSION_DENIED', 'the password is not right', {
      hint: 'try again, or run "box ui" on the host for a sign-in link',
    });
  }
}

/** What one who tried too often is told. */
export function tooMany(seconds: number): BoxError {
  return new BoxError('RESOURCE_EXHAUSTED', 'too many attempts to sign in', {
    hint: `try again in ${seconds} s, or run "box ui" on the host for a sign-in link`,
    details: { retryAfterSeconds: seconds },
  });
}
