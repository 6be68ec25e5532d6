import { BoxError, type ErrorCode } from '@boxyard/spec';
import { parseRetryAfter } from '../retry.ts';
import { TemporaryError } from '../temporary-error.ts';
import { readBounded } from './body.ts';
import type { HttpAnswer } from './transport.ts';

const ERROR_MAX_BYTES = 64 * 1024;
const MESSAGE_MAX_CHARACTERS = 200;
const CODES: Record<string, ErrorCode> = {
  UNAUTHORIZED: 'UNAUTHENTICATED',
  DENIED: 'PERMISSION_DENIED',
  NAME_UNKNOWN: 'NOT_FOUND',
  MANIFEST_UNKNOWN: 'NOT_FOUND',
  BLOB_UNKNOWN: 'NOT_FOUND',
  NAME_INVALID: 'INVALID_ARGUMENT',
  TAG_INVALID: 'INVALID_ARGUMENT',
  DIGEST_INVALID: 'DAMAGED',
  SIZE_INVALID: 'DAMAGED',
  MANIFEST_BLOB_UNKNOWN: 'NOT_FOUND',
  TOOMANYREQUESTS: 'UNAVAILABLE',
  UNSUPPORTED: 'UNSUPPORTED',
};
const BY_STATUS: Record<number, ErrorCode> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNSUPPORTED',
  413: 'RESOURCE_EXHAUSTED',
};
const SHOULD_BE_LEFT_ALONE: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** For an answer that says "not now": its body is read, and the error may be tried again. Undefined for every other. */
export async function temporaryOf(answer: HttpAnswer): Promise<TemporaryError | undefined> {
  if (!SHOULD_BE_LEFT_ALONE.has(answer.status)) return undefined;
  const said = await readError(answer);
  const what = clean(
    said?.message || (answer.status === 429 ? 'too many requests' : `status ${answer.status}`),
  );
  return new TemporaryError(`${answer.url.host} is busy or broken: ${what}`, {
    retryAfter: parseRetryAfter(answer.headers['retry-after'], Date.now()),
    hint: 'try again later',
  });
}

/** What a registry's refusal means (distribution-spec, error codes); its body is read. `host` is where to log in. */
export async function errorOf(answer: HttpAnswer, host: string): Promise<BoxError> {
  const said = await readError(answer);
  // A registry that hides what one may not see says DENIED or UNAUTHORIZED with a status of its own.
  const code = CODES[said?.code ?? ''] ?? BY_STATUS[answer.status] ?? 'UNAVAILABLE';
  const what = said?.message || said?.code || `status ${answer.status}`;
  const message = `${host}: ${clean(what)}`;
  if (code === 'UNAUTHENTICATED' || code === 'PERMISSION_DENIED') {
    return new BoxError(code, message, { hint: `box login ${host}` });
  }
  return new BoxError(code, message);
}

async function readError(answer: HttpAnswer): Promise<{ code: string; message: string } | undefined> {
  try {
    const document = JSON.parse((await readBounded(answer, ERROR_MAX_BYTES)).toString());
    const first = document?.errors?.[0] ?? document;
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    return { code: text(first?.code).toUpperCase(), message: text(first?.message) || text(first?.details) };
  } catch {
    return undefined;
  }
}

/** A registry's words go to terminals and logs: one short line without control characters. */
function clean(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MESSAGE_MAX_CHARACTERS);
}
