import type { IncomingMessage, ServerResponse } from 'node:http';
import { BoxError } from '@boxyard/spec';
import { z } from 'zod';
import { OneTime } from '../security/one-time.ts';
import { RateLimit } from '../security/rate-limit.ts';
import type { Sessions } from '../security/sessions.ts';
import { cookieOf, readJson, sendJson } from './respond.ts';

const MINUTE_MS = 60_000;
const SIGN_IN_LIFETIME_MS = 5 * MINUTE_MS;
const TICKET_LIFETIME_MS = 30_000;
const SIGN_IN_ATTEMPTS = 20;
/** The second half of a session, from localStorage. */
export const SESSION_HEADER = 'x-boxyard-session';

const signInBody = z.object({ token: z.string().min(1).max(200) });

/** Signing in and out of the dashboard, and tickets for its WebSocket. */
export class SessionRoutes {
  #sessions: Sessions;
  #tokens = new OneTime<true>({ lifetimeMs: SIGN_IN_LIFETIME_MS, most: 100 });
  #tickets = new OneTime<string>({ lifetimeMs: TICKET_LIFETIME_MS, most: 1_000 });
  #attempts = new RateLimit(SIGN_IN_ATTEMPTS, MINUTE_MS);
  #cookieName = 'boxyard';

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** Cookies go to every port of a host: agents side by side must not overwrite each other's. */
  usePort(port: number): void {
    this.#cookieName = `boxyard-${port}`;
  }

  /** A token for the link that `box ui` prints. */
  mintSignIn(): { token: string; expiresAt: Date } {
    const { secret, expiresAt } = this.#tokens.mint(true);
    return { token: secret, expiresAt };
  }

  /** The session of a request that has both halves, or undefined. */
  sessionOf(request: IncomingMessage): string | undefined {
    const secret = request.headers[SESSION_HEADER];
    return this.#sessions.find(
      cookieOf(request, this.#cookieName),
      typeof secret === 'string' ? secret : undefined,
    );
  }

  /** The session that a WebSocket's ticket was given to, if the request also brings that session's cookie. Uses the ticket up. */
  redeemTicket(request: IncomingMessage, ticket: string): string | undefined {
    const session = this.#tickets.redeem(ticket);
    const cookie = cookieOf(request, this.#cookieName);
    return session !== undefined && this.#sessions.hasCookie(session, cookie) ? session : undefined;
  }

  /**
   * POST /session {token} → {secret} and the cookie · DELETE /session · POST /session/ticket → {ticket}.
   * @throws BoxError NOT_FOUND for anything else
   */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path === '/session' && request.method === 'POST') await this.#signIn(request, response);
    else if (path === '/session' && request.method === 'DELETE') this.#signOut(request, response);
    else if (path === '/session/ticket' && request.method === 'POST') this.#ticket(request, response);
    else throw new BoxError('NOT_FOUND', 'no such address');
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#attempts.take()) {
      throw new BoxError('RESOURCE_EXHAUSTED', 'too many attempts to sign in', { hint: 'wait a minute' });
    }
    const body = signInBody.safeParse(await readJson(request));
    if (!body.success) throw new BoxError('INVALID_ARGUMENT', 'the body must be {token}');
    if (!this.#tokens.redeem(body.data.token)) {
      throw new BoxError('UNAUTHENTICATED', 'this sign-in link was used already or is older than 5 minutes', {
        hint: 'run "box ui" for a new one',
      });
    }
    const { cookie, secret, maxAgeSeconds } = this.#sessions.create();
    sendJson(response, 200, { secret }, this.#cookie(cookie, maxAgeSeconds));
  }

  #signOut(request: IncomingMessage, response: ServerResponse): void {
    this.#sessions.revoke(this.#demand(request));
    sendJson(response, 200, {}, this.#cookie('', 0));
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

  #cookie(value: string, maxAgeSeconds: number): Record<string, string> {
    return {
      'Set-Cookie': `${this.#cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`,
    };
  }
}
