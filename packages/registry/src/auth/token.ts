import { BoxError } from '@boxyard/spec';
import type { RegistryCredential } from '../credentials/credential.ts';
import { readBounded } from '../http/body.ts';
import { errorOf, temporaryOf } from '../http/registry-error.ts';
import type { Home, HttpRequest, Transport } from '../http/transport.ts';
import type { Challenge } from './challenge.ts';

/** Who we are towards a token server (OAuth 2). */
const CLIENT_ID = 'boxyard';
const TOKEN_MAX_BYTES = 256 * 1024;
/** A token that says nothing lives this long (Docker Registry v2 token authentication); one that says less is used so long, too. */
const DEFAULT_LIFETIME_S = 60;
/** Clocks differ and answers take time: not used in its last seconds. */
const MARGIN_S = 10;

export interface AccessToken {
  token: string;
  /** Unix milliseconds from which on it is not used any more. */
  expiresAt: number;
}
export interface TokenQuestion {
  challenge: Challenge;
  /** `repository:team/app:pull,push` */
  scopes: readonly string[];
  credential: RegistryCredential | undefined;
}

/**
 * Asks the server that a Bearer challenge names: with GET, for an identity token with POST (OAuth 2, RFC 6749, 6).
 * @throws BoxError UNAUTHENTICATED, PERMISSION_DENIED for a realm without TLS (transport's rule), TemporaryError
 */
export async function fetchToken(
  transport: Transport,
  home: Home,
  question: TokenQuestion,
): Promise<AccessToken> {
  const { realm, service } = question.challenge.parameters;
  const url = URL.parse(realm ?? '');
  if (!url || url.username || url.password) {
    throw new BoxError('UNAVAILABLE', `${home.name} names no server for tokens that we understand`);
  }
  const answer = await transport.send(tokenRequest(url, service, question), home);
  const temporary = await temporaryOf(answer);
  if (temporary) throw temporary;
  if (answer.status !== 200) throw await errorOf(answer, home.name);
  return parseToken(await readBounded(answer, TOKEN_MAX_BYTES), home.name);
}

function tokenRequest(realm: URL, service: string | undefined, question: TokenQuestion): HttpRequest {
  const { scopes, credential } = question;
  if (credential && 'identityToken' in credential) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: CLIENT_ID,
      refresh_token: credential.identityToken,
      scope: scopes.join(' '),
      ...(service !== undefined && { service }),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: () => form.toString() };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credential) url.searchParams.set('account', credential.username);
  const headers = credential && { authorization: basic(credential) };
  return { method: 'GET', url, headers };
}

function parseToken(bytes: Buffer, host: string): AccessToken {
  try {
    const answer = JSON.parse(bytes.toString()) as Record<string, unknown>;
    const token = answer.token ?? answer.access_token;
    // What stands in a header must not begin another.
    if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) {
      const { expires_in: lifetime } = answer;
      const seconds = typeof lifetime === 'number' && lifetime > 0 ? lifetime : DEFAULT_LIFETIME_S;
      return { token, expiresAt: Date.now() + Math.max(seconds - MARGIN_S, seconds / 2) * 1000 };
    }
  } catch {
    // Said below, as for an answer without a token.
  }
  throw new BoxError('UNAVAILABLE', `the token server of ${host} gave no token`);
}

/** RFC 7617 */
export function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
