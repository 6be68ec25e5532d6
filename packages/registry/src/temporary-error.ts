import { BoxError } from '@boxyard/spec';

/** What may go better when it is tried again: a broken connection, a registry that is busy. */
export class TemporaryError extends BoxError {
  /** How long the registry asks to be left alone (Retry-After), milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    options: { cause?: unknown; retryAfter?: number | undefined; hint?: string } = {},
  ) {
    super('UNAVAILABLE', message, options);
    this.retryAfter = options.retryAfter;
  }
}
