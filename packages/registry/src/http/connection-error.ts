import { BoxError } from '@boxyard/spec';
import { TemporaryError } from '../temporary-error.ts';

/** Errors of a connection that another try will not mend: TLS says no to the other side. */
const TLS_PREFIXES = ['ERR_TLS_', 'ERR_SSL_', 'CERT_', 'UNABLE_TO_', 'ERR_OSSL_'];
const TLS_CODES: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'HOSTNAME_MISMATCH',
  'EPROTO',
]);
const WORDS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'it went silent in the middle',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_ABORTED: 'the connection was cut off (a proxy that says no?)',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
};

/** What an error of undici or of a socket means for us: TemporaryError when another try may help. */
export function connectionError(
  cause: unknown,
  about: { url: URL; signal?: AbortSignal | undefined; name?: string },
): BoxError {
  const { url, signal } = about;
  if (signal?.aborted) return new BoxError('CANCELLED', 'cancelled', { cause });
  const known = firstBoxError(cause);
  if (known) return known;
  const code = codeOf(cause);
  // Nothing of a connection: a mistake of ours.
  if (code === '') return BoxError.from(cause);
  const { host } = url;
  const { name = host } = about;
  if (isTls(code)) {
    return new BoxError('UNAVAILABLE', `TLS with ${host} failed: ${tlsReason(cause, code)}`, {
      hint: `in registries.toml, [registry."${name}"], give its authority with ca = "FILE", or insecure = true to trust it blindly`,
      cause,
    });
  }
  const what = WORDS[code] ?? (cause as Error).message;
  if (code === 'ENOTFOUND') {
    return new BoxError('UNAVAILABLE', `cannot reach ${host}: ${what}`, { hint: 'check its name', cause });
  }
  return new TemporaryError(`cannot reach ${host}: ${what}`, {
    cause,
    hint: 'check its name, the network and the proxy',
  });
}

/** Ours may lie below an error of the socket (a refused address) or of the body. */
function firstBoxError(error: unknown): BoxError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof BoxError) return at;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return '';
}

function isTls(code: string): boolean {
  return TLS_CODES.has(code) || TLS_PREFIXES.some((prefix) => code.startsWith(prefix));
}

function tlsReason(error: unknown, code: string): string {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return 'it speaks no TLS (plain HTTP?)';
  }
  const { message } = error as Error;
  // OpenSSL's lines carry thread numbers and file names.
  return (
    message
      .split('\n')[0]
      ?.replace(/^.*:(?:SSL routines|error):[^:]*:/, '')
      .slice(0, 200) ?? code
  );
}
