import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex as Stream } from 'node:stream';
import { ALL_PERMISSIONS, type Principal } from '@boxyard/api';
import { type ApiContext, appRouter } from '@boxyard/api/server';
import type { EngineFace } from '@boxyard/engine';
import { BoxError } from '@boxyard/spec';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { Logger } from 'pino';
import { FrameConnection, UNIX_PRINCIPAL } from '../frames/connection.ts';
import type { Duplex } from '../frames/duplex.ts';
import { socketDuplex } from '../frames/socket-duplex.ts';
import { type AccessParts, accessFor } from '../security/access.ts';
import type { FrontDoor } from '../security/front-door.ts';
import type { Screens } from '../terminals/screens.ts';
import { openFeedStream } from './feed-stream.ts';
import { requireJson, SECURITY_HEADERS, sendError, sendJson, statusOf } from './respond.ts';
import type { SessionRoutes } from './session-routes.ts';
import type { StaticFiles } from './static-files.ts';
import type { Transfers } from './transfers.ts';
import { acceptWebSocket } from './websocket.ts';

const API_BODY_BYTES = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;
/** The body of a call is small: who does not send it in this time holds a connection for nothing. Uploads take as long as they take. */
const BODY_TIMEOUT_MS = 30_000;
/** Of strangers and friends together, on TCP; a dashboard's tab has three at most. */
const CONNECTIONS_MOST = 1_000;
/** Calls in one request; a page that opens asks for a handful. */
const BATCH_MOST = 32;
/** What is served at all; anything else (TRACE, which would show headers to scripts, PUT, …) has no handler to reach. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE']);
/** An open stream keeps its session in use, and ends with it. */
const SESSION_CHECK_MS = 60_000;

/** What both doors lead to. */
export interface House {
  engine: EngineFace;
  screens: Screens;
  access: AccessParts;
  routes: SessionRoutes;
  transfers: Transfers;
  files: StaticFiles;
  logger: Logger;
  build: string;
  /** Where the dashboard is reached, for sign-in links; null when it is not served. */
  address: string | null;
}

/**
 * One listener's HTTP: the unix socket (`door` null: whoever may open it is trusted) or TCP (`door` judges each request first).
 * Not listening yet.
 */
export class FrontServer {
  readonly http: Server;
  #house: House;
  #door: FrontDoor | null;
  #connections = new Map<FrameConnection, string | null>();
  #sessionCheck: NodeJS.Timeout | undefined;

  constructor(house: House, door: FrontDoor | null = null) {
    this.#house = house;
    this.#door = door;
    this.http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_TIMEOUT_MS });
    // Node's own limit knows no difference between a call and an upload: endSlowBody does.
    this.http.requestTimeout = 0;
    if (door) this.http.maxConnections = CONNECTIONS_MOST;
    this.http.on('request', (request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        // All that can be told of it over the connection is that it breaks off.
        if (response.headersSent && !response.destroyed)
          house.logger.warn({ err: error }, 'an answer broke off');
        sendError(response, error);
      });
    });
    this.http.on('upgrade', (request: IncomingMessage, socket: Stream, head: Buffer) => {
      socket.on('error', () => {});
      this.#upgrade(request, socket as Socket, head).catch((error: unknown) => refuseUpgrade(socket, error));
    });
    if (door) {
      house.access.sessions.onRevoked((revoked) => {
        for (const [connection, session] of this.#connections) if (session === revoked) connection.close();
      });
    }
  }

  /** Stops listening and ends all connections; running requests get `graceMs` to finish. */
  async close(graceMs: number): Promise<void> {
    for (const connection of this.#connections.keys()) connection.close();
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    this.http.closeIdleConnections();
    const timer = setTimeout(() => this.http.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    this.#door?.checkHost(request);
    if (!METHODS.has(request.method ?? '')) {
      throw new BoxError('INVALID_ARGUMENT', `there is no ${request.method} here`);
    }
    const path = pathOf(request);
    if (path === '/healthz') return sendJson(response, 200, { ok: true });
    const api = /^\/(trpc|session|transfer|frames|feed)(\/|$)/.exec(path)?.[1];
    if (!api) return this.#house.files.handle(request, response, path);
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    this.#door?.checkOrigin(request, { required: changes });
    // Answers are secrets, and some come when they come: neither caches nor proxies hold them.
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Accel-Buffering', 'no');
    switch (api) {
      case 'trpc':
        if (changes) {
          requireJson(request);
          endSlowBody(request);
        }
        return this.#trpc(request, response, path.slice('/trpc/'.length));
      case 'transfer':
        return this.#house.transfers.handle(request, response, {
          path,
          isSender: (principal) => this.#isSender(request, principal),
        });
      case 'session':
        if (!this.#door) throw new BoxError('NOT_FOUND', 'signing in is for the dashboard');
        return this.#house.routes.handle(request, response, path);
      case 'feed':
        return this.#feed(request, response);
      default:
        throw new BoxError('INVALID_ARGUMENT', 'frames need an upgrade of the connection');
    }
  }

  #trpc(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    return nodeHTTPRequestHandler({
      router: appRouter,
      path,
      req: request,
      res: response,
      maxBodySize: API_BODY_BYTES,
      maxBatchSize: BATCH_MOST,
      createContext: async ({ info }) => this.#context(request, info.signal),
      onError: ({ error, path: procedure }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') {
          this.#house.logger.error({ err: error.cause ?? error, procedure }, 'a procedure failed');
        }
      },
    });
  }

  #context(request: IncomingMessage, signal: AbortSignal): ApiContext {
    const { engine, access, transfers, routes, address } = this.#house;
    const principal = this.#principal(request);
    return {
      principal,
      services: engine.services,
      access: accessFor(access, principal),
      signal,
      mintTransfer: (handler) => {
        if (!principal) throw new BoxError('UNAUTHENTICATED', 'not signed in');
        return transfers.mint(principal, handler);
      },
      mintDownload: (handler) => {
        if (!principal) throw new BoxError('UNAUTHENTICATED', 'not signed in');
        return transfers.mintDownload(principal, handler);
      },
      mintSignIn: async () => {
        if (!address) {
          throw new BoxError('UNSUPPORTED', 'the agent serves no dashboard (BOXYARD_LISTEN=off)', {
            hint: 'start it with BOXYARD_LISTEN=127.0.0.1:7420',
          });
        }
        const { token, expiresAt } = routes.mintSignIn();
        return { url: `${address}/signin#token=${token}`, expiresAt: expiresAt.toISOString() };
      },
    };
  }

  /** Who asks: on the unix socket whoever could open it, on TCP the session that both halves belong to. */
  #principal(request: IncomingMessage): Principal | null {
    if (!this.#door) return UNIX_PRINCIPAL;
    const session = this.#house.routes.sessionOf(request);
    return session === undefined ? null : sessionPrincipal(session);
  }

  /**
   * Whether a bulk body's ticket was given to whoever brings it. A download is a page the browser goes to, which cannot bring the half of a session that lies in
   * localStorage: there its ticket stands for it, which only who had both halves was given.
   */
  #isSender(request: IncomingMessage, principal: string): boolean {
    if (this.#door && request.method === 'GET') return this.#house.routes.hasCookie(request, principal);
    return this.#principal(request)?.name === principal;
  }

  /** For whom a proxy refuses the upgrade. */
  async #feed(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const principal = this.#principal(request);
    if (!principal) throw new BoxError('UNAUTHENTICATED', 'not signed in');
    const duplex = await openFeedStream(request, response);
    this.#serve(duplex, principal, principal.kind === 'session' ? principal.name : null);
  }

  async #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    this.#door?.checkHost(request);
    if (pathOf(request) !== '/frames') throw new BoxError('NOT_FOUND', 'no such address');
    const wanted = request.headers.upgrade?.toLowerCase();
    if (this.#door) {
      this.#door.checkOrigin(request, { required: true });
      if (wanted !== 'websocket') throw new BoxError('INVALID_ARGUMENT', 'only WebSockets are accepted here');
      const { duplex, session } = await acceptWebSocket(request, {
        socket,
        head,
        routes: this.#house.routes,
      });
      this.#serve(duplex, sessionPrincipal(session), session);
    } else {
      if (wanted !== 'boxyard-frames')
        throw new BoxError('INVALID_ARGUMENT', 'only boxyard-frames are accepted here');
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: boxyard-frames\r\n\r\n',
      );
      this.#serve(socketDuplex(socket, head), UNIX_PRINCIPAL, null);
    }
  }

  #serve(duplex: Duplex, principal: Principal, session: string | null): void {
    const { engine, screens, files, build } = this.#house;
    const web = files.build;
    const connection = new FrameConnection(duplex, { engine, screens, principal, build, web });
    this.#connections.set(connection, session);
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#endSessionCheck();
    });
    if (this.#door) this.#sessionCheck ??= setInterval(() => this.#checkSessions(), SESSION_CHECK_MS).unref();
  }

  #checkSessions(): void {
    const { sessions } = this.#house.access;
    for (const [connection, session] of this.#connections) {
      if (session === null) continue;
      if (sessions.isValid(session)) sessions.seen(session);
      else connection.close();
    }
  }

  #endSessionCheck(): void {
    clearInterval(this.#sessionCheck);
    this.#sessionCheck = undefined;
  }
}

function endSlowBody(request: IncomingMessage): void {
  const late = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS);
  request.once('end', () => clearTimeout(late)).once('close', () => clearTimeout(late));
}

function sessionPrincipal(session: string): Principal {
  return { kind: 'session', name: session, permissions: ALL_PERMISSIONS };
}

/** Never the query: nothing of ours is in it, and it must not decide anything. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** A BoxError as JSON in an answer by hand: no ServerResponse exists for an upgrade. */
function refuseUpgrade(socket: Stream, cause: unknown): void {
  const error = BoxError.from(cause);
  const body = JSON.stringify(error);
  socket.end(
    `HTTP/1.1 ${statusOf(error)} ${error.code}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
