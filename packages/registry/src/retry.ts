import { setTimeout as sleep } from 'node:timers/promises';
import { BoxError } from '@boxyard/spec';
import { TemporaryError } from './temporary-error.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  attempts: number;
  /** Milliseconds before the second try; doubles with each. */
  firstPause: number;
}
export const RETRY_POLICY: RetryPolicy = { attempts: 5, firstPause: 250 };
const LONGEST_PAUSE_MS = 10_000;
/** A registry may ask for more patience than that, but not for an hour. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** What a long call tells on the way and how it is stopped. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** A line for people: what went wrong and is tried again, which mirror was left. */
  onNote?: ((line: string) => void) | undefined;
}

/** Tries again what fails with TemporaryError, with growing pauses. @throws the last error, or BoxError CANCELLED */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { policy, signal, onNote }: CallOptions & { policy: RetryPolicy },
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TemporaryError) || failures >= policy.attempts) throw error;
      await pauseAfter(error, failures, { policy, signal, onNote });
    }
  }
}

/** Waits before try `failures + 1`, and says so. @throws BoxError CANCELLED */
export async function pauseAfter(
  error: TemporaryError,
  failures: number,
  { policy, signal, onNote }: CallOptions & { policy: RetryPolicy },
): Promise<void> {
  const milliseconds = pauseOf(error, failures, policy);
  onNote?.(`${error.message}; trying again in ${(milliseconds / 1000).toFixed(1)} s`);
  try {
    await sleep(milliseconds, undefined, signal && { signal });
  } catch (cause) {
    throw new BoxError('CANCELLED', 'cancelled', { cause });
  }
}

function pauseOf(error: TemporaryError, failures: number, { firstPause }: RetryPolicy): number {
  if (error.retryAfter !== undefined) return Math.min(error.retryAfter, LONGEST_RETRY_AFTER_MS);
  const pause = Math.min(firstPause * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  // Half of it by chance, so that many clients do not come back at the same moment.
  return pause / 2 + (Math.random() * pause) / 2;
}

/** `Retry-After`: seconds or a date (RFC 9110, 10.2.3); milliseconds, undefined when there is none to understand. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = /GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
