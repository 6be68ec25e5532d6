import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessSession, AuditService } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { z } from 'zod';
import type { FrontDoor } from '../security/front-door.ts';
import { OneTime } from '../security/one-time.ts';
import type { Password } from '../security/password.ts';
import { type PasswordGuard, tooMany } from '../security/password-guard.ts';
import { RateLimit } from '../security/rate-limit.ts';
import type { Sessions, Visitor } from '../security/sessions.ts';
import { cookiesOf, readJson, sendJson } from './respond.ts';

const MINUTE_MS = 60_000;
const SIGN_IN_LIFETIME_MS = 5 * MINUTE_MS;
const TICKET_LIFETIME_MS = 30_000;
/** Guesses at links. The right one is let in even then: a flood must not lock out who has it, and 256 bits are not guessed. */
const LINK_GUESSES = 20;
/** The second half of a session, from localStorage. */
export const SESSION_HEADER = 'x-boxyard-session';

const signInBody = z.union([
  z.strictObject({ token: z.string().min(1).max(200) }),
  z.strictObject({ password: z.string().min(1).max(1024) }),
]);

export interface SessionParts {
  sessions: Sessions;
  password: Password;
  guard: PasswordGuard;
  audit: AuditService;
  /** Null when there is no dashboard to sign in to. */
  door: FrontDoor | null;
}

/** Signing in and out of the dashboard, and tickets for its WebSocket. */
export class SessionRoutes {
  #parts: SessionParts;
  #tokens = new OneTime<true>({ lifetimeMs: SIGN_IN_LIFETIME_MS, most: 100 });
  #tickets = new OneTime<string>({ lifetimeMs: TICKET_LIFETIME_MS, most: 1_000 });
  #guesses = new RateLimit(LINK_GUESSES, MINUTE_MS);

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** A token for the link that `box ui` prints. */
  mintSignIn(): { token: string; expiresAt: Date } {
    const { secret, expiresAt } = this.#tokens.mint(true);
    return { token: secret, expiresAt };
  }

  /** The session of a request that has both halves, or undefined. */
  sessionOf(request: IncomingMessage): string | undefined {
    const { sessions } = this.#parts;
    const secret = request.headers[SESSION_HEADER];
    const session = sessions.find(this.#cookies(request), typeof secret === 'string' ? secret : undefined);
    if (session !== undefined) sessions.seen(session, visitorOf(request));
    return session;
  }

  /** The session that a WebSocket's ticket was given to, if the request also brings that session's cookie. Uses the ticket up. */
  redeemTicket(request: IncomingMessage, ticket: string): string | undefined {
    const session = this.#tickets.redeem(ticket);
    if (session === undefined) return undefined;
    return this.hasCookie(request, session) ? session : undefined;
  }

  /** The cookie's half alone: only beside a ticket that was given for both. */
  hasCookie(request: IncomingMessage, session: string): boolean {
    return this.#parts.sessions.hasCookie(session, this.#cookies(request));
  }

  /**
   * GET /session → {passwordSet} · POST /session {token} or {password} → {secret} and the cookie · DELETE /session ·
   * POST /session/ticket → {ticket}.
   * @throws BoxError NOT_FOUND for anything else
   */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path === '/session' && request.method === 'GET')
      sendJson(response, 200, { passwordSet: this.#parts.password.isSet });
    else if (path === '/session' && request.method === 'POST') await this.#signIn(request, response);
    else if (path === '/session' && request.method === 'DELETE') this.#signOut(request, response);
    else if (path === '/session/ticket' && request.method === 'POST') this.#ticket(request, response);
    else throw new BoxError('NOT_FOUND', 'no such address');
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = signInBody.safeParse(await readJson(request));
    if (!body.success) throw new BoxError('INVALID_ARGUMENT', 'the body must be {token} or {password}');
    const by: AccessSession['by'] = 'token' in body.data ? 'link' : 'password';
    if ('token' in body.data) this.#redeemLink(body.data.token);
    else await this.#tryPassword(body.data.password);
    const { id, cookie, secret, maxAgeSeconds } = this.#parts.sessions.create(visitorOf(request), by);
    this.#tell(id, 'session.signIn', { by, error: null });
    sendJson(response, 200, { secret }, this.#cookie(cookie, { request, maxAgeSeconds }));
  }

  #redeemLink(token: string): void {
    if (this.#tokens.redeem(token)) return;
    if (!this.#guesses.take()) throw tooMany(this.#guesses.waitSeconds);
    throw new BoxError('UNAUTHENTICATED', 'this sign-in link was used already or is older than 5 minutes', {
      hint: 'run "box ui" for a new one',
    });
  }

  async #tryPassword(password: string): Promise<void> {
    try {
      await this.#parts.guard.check(password);
    } catch (error) {
      const { code } = BoxError.from(error);
      // Refusals for haste are not written down: a flood would push everything else out.
      if (code === 'PERMISSION_DENIED')
        this.#tell('nobody', 'session.signIn', { by: 'password', error: code });
      throw error;
    }
  }

  #signOut(request: IncomingMessage, response: ServerResponse): void {
    const session = this.#demand(request);
    this.#parts.sessions.revoke(session);
    this.#tell(session, 'session.signOut', { error: null });
    sendJson(response, 200, {}, this.#cookie('', { request, maxAgeSeconds: 0 }));
  }

  #ticket(request: IncomingMessage, response: ServerResponse): void {
    const { secret, expiresAt } = this.#tickets.mint(this.#demand(request));
    sendJson(response, 200, { ticket: secret, expiresAt: expiresAt.toISOString() });
  }

  #demand(request: IncomingMessage): string {
    const session = this.sessionOf(request);
    if (session) return session;
    throw new BoxError('UNAUTHENTICATED', 'not signed in', { hint: 'run "box ui" for a sign-in link' });
  }

  #tell(who: string, procedure: string, { by, error }: { by?: string; error: string | null }): void {
    this.#parts.audit.add({ who, procedure, subject: by ? `by=${by}` : '', error });
  }

  #cookies(request: IncomingMessage): string[] {
    return cookiesOf(request, this.#nameOfCookie(request));
  }

  /**
   * With the port: cookies go to every port of a host, and agents side by side must not overwrite each other's. Behind TLS nobody else
   * of this host can set it (`__Host-`, RFC 6265bis 4.1.3.2); without TLS there is no such thing.
   */
  #nameOfCookie(request: IncomingMessage): string {
    return `${this.#isHttps(request) ? '__Host-' : ''}boxyard-${this.#parts.door?.listening.port}`;
  }

  #isHttps(request: IncomingMessage): boolean {
    return this.#parts.door?.isHttps(request) ?? false;
  }

  #cookie(
    value: string,
    { request, maxAgeSeconds }: { request: IncomingMessage; maxAgeSeconds: number },
  ): Record<string, string> {
    const secure = this.#isHttps(request) ? '; Secure' : '';
    const name = this.#nameOfCookie(request);
    return {
      'Set-Cookie': `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`,
    };
  }
}

function visitorOf(request: IncomingMessage): Visitor {
  return {
    address: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
    userAgent: request.headers['user-agent'] ?? '',
  };
}
