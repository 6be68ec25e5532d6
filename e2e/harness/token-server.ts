/** Gives out tokens as docker-registry wants them (Docker Registry v2 token authentication; OAuth2 for identity tokens). */
import { createPrivateKey, type KeyObject, randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { makeCertificate } from './certificate.ts';

/** The one user of registries of tests. */
export const REGISTRY_USER = 'alice';
export const REGISTRY_PASSWORD = 'correct horse battery';
/** What an OAuth2 client gets instead of a password. */
export const IDENTITY_TOKEN = 'an-identity-token';
const ISSUER = 'test';
const SERVICE = 'test-registry';
/** Anybody may pull what lies below it. */
const PUBLIC = 'public/';

interface Access {
  type: string;
  name: string;
  actions: string[];
}

export interface TokenRequest {
  method: string;
  scopes: string[];
  /** Who asked; null for an anonymous one. */
  user: string | null;
  authorization: string | undefined;
}

interface Keys {
  key: KeyObject;
  /** Certificates in base64, the signer's first (RFC 7515, x5c). */
  chain: string[];
  /** The file that the registry trusts. */
  bundle: string;
}

export class TokenServer implements AsyncDisposable {
  readonly realm: string;
  /** What was asked of it, oldest first. */
  readonly requests: TokenRequest[] = [];
  /** Seconds that the next tokens live; the registry allows a minute beyond. */
  lifetime = 300;
  readonly #server: Server;
  readonly #keys: Keys;

  private constructor(server: Server, keys: Keys) {
    this.#server = server;
    this.#keys = keys;
    this.realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  }

  static async start(folder: string): Promise<TokenServer> {
    const { certificateFile, keyFile } = await makeCertificate(folder, 'tokens');
    const certificate = new X509Certificate(readFileSync(certificateFile));
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tokens = new TokenServer(server, {
      key: createPrivateKey(readFileSync(keyFile)),
      chain: [certificate.raw.toString('base64')],
      bundle: certificateFile,
    });
    server.on('request', async (request, response) => {
      const [status, answer] = await tokens.#answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    return tokens;
  }

  /** The `auth.token` part of docker-registry's configuration. */
  get registryConfig(): object {
    return { realm: this.realm, service: SERVICE, issuer: ISSUER, rootcertbundle: this.#keys.bundle };
  }

  async #answer(request: IncomingMessage): Promise<[number, object]> {
    const url = new URL(request.url ?? '/', this.realm);
    const form = request.method === 'POST' ? new URLSearchParams(await text(request)) : url.searchParams;
    const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
    const authorization = request.headers.authorization;
    const user = request.method === 'POST' ? oauthUser(form) : basicUser(authorization);
    this.requests.push({ method: request.method ?? '', scopes, user: user || null, authorization });
    if (user === undefined) return [401, { errors: [{ code: 'UNAUTHORIZED', message: 'wrong password' }] }];
    const token = this.#token(
      user,
      scopes.flatMap((scope) => granted(scope, user)),
    );
    const answer = { expires_in: this.lifetime, issued_at: new Date().toISOString() };
    return [200, { ...answer, [request.method === 'POST' ? 'access_token' : 'token']: token }];
  }

  /** A JSON web token (RFC 7519) signed with ES256. */
  #token(subject: string, access: Access[]): string {
    const now = Math.floor(Date.now() / 1000);
    const head = { typ: 'JWT', alg: 'ES256', x5c: this.#keys.chain };
    const claims = {
      iss: ISSUER,
      sub: subject,
      aud: SERVICE,
      jti: randomUUID(),
      nbf: now - 1,
      iat: now,
      exp: now + this.lifetime,
      access,
    };
    const signed = [head, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(signed), {
      key: this.#keys.key,
      dsaEncoding: 'ieee-p1363',
    });
    return `${signed}.${signature.toString('base64url')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Empty for nobody in particular, undefined for a wrong password. */
function basicUser(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return '';
  const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  return given === `${REGISTRY_USER}:${REGISTRY_PASSWORD}` ? REGISTRY_USER : undefined;
}

function oauthUser(form: URLSearchParams): string | undefined {
  const right =
    form.get('grant_type') === 'refresh_token'
      ? form.get('refresh_token') === IDENTITY_TOKEN
      : form.get('username') === REGISTRY_USER && form.get('password') === REGISTRY_PASSWORD;
  return right ? REGISTRY_USER : undefined;
}

/** `repository:team/app:pull,push` and what of it this one may. */
function granted(scope: string, user: string): Access[] {
  const [type = '', name = '', actions = ''] = scope.split(':');
  const allowed = actions
    .split(',')
    .filter((action) => user !== '' || (action === 'pull' && name.startsWith(PUBLIC)));
  return allowed.length > 0 ? [{ type, name, actions: allowed }] : [];
}
