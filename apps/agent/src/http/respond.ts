import type { IncomingMessage, ServerResponse } from 'node:http';
import { BoxError, type ErrorCode } from '@boxyard/spec';

const STATUS: Partial<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 400,
  AMBIGUOUS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  WRONG_STATE: 409,
  IN_USE: 409,
  COMMAND_NOT_FOUND: 422,
  COMMAND_NOT_EXECUTABLE: 422,
  RESOURCE_EXHAUSTED: 429,
  UNSUPPORTED: 501,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};

export function statusOf(error: BoxError): number {
  return STATUS[error.code] ?? 500;
}

/** For every answer. Pages put their own Content-Security-Policy in place of this one, under which nothing runs. */
export const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Permissions-Policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body);
}

/** A BoxError as JSON. What was not read of the request's body is not worth keeping the connection for. */
export function sendError(response: ServerResponse, cause: unknown): void {
  const error = BoxError.from(cause);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!response.req.complete) response.setHeader('Connection', 'close');
  const wait = error.details?.retryAfterSeconds;
  sendJson(response, statusOf(error), error, typeof wait === 'number' ? { 'Retry-After': String(wait) } : {});
}

/** Sixteen kilobytes need no longer on any line. Before anybody signed in, a body that never ends would hold its connection for ever. */
const BODY_TIMEOUT_MS = 10_000;

/** The body of a small JSON request. One that takes too long loses its connection. @throws BoxError for another type, too many bytes, or no JSON */
export async function readJson(request: IncomingMessage, maxBytes = 16 * 1024): Promise<unknown> {
  requireJson(request);
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes)
        throw new BoxError('INVALID_ARGUMENT', `the body is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(late);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw new BoxError('INVALID_ARGUMENT', 'the body is no JSON', { cause: error });
  }
}

/** Forms of foreign pages cannot send this type without asking first. */
export function requireJson(request: IncomingMessage): void {
  if (/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return;
  throw new BoxError('INVALID_ARGUMENT', 'the body must be application/json');
}

/** All cookies of that name: a browser sends more than one when they were set for several paths or domains. */
export function cookiesOf(request: IncomingMessage, name: string): string[] {
  const pairs = request.headers.cookie?.split(';') ?? [];
  return pairs.flatMap((pair) => {
    const [key, value] = pair.trim().split('=', 2);
    return key === name && value ? [value] : [];
  });
}
