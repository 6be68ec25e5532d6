import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TICKET_PROTOCOL_PREFIX, WEBSOCKET_PROTOCOL } from '@boxyard/api/client/browser';
import { BoxError, FRAME_HEADER_BYTES, FRAME_MAX_BYTES } from '@boxyard/spec';
import { WebSocketServer } from 'ws';
import type { Duplex } from '../frames/duplex.ts';
import { webSocketDuplex } from '../frames/websocket-duplex.ts';
import type { SessionRoutes } from './session-routes.ts';

let server: WebSocketServer | undefined;

/**
 * Turns the request into frames for the session that its ticket was given to.
 * @throws BoxError UNAUTHENTICATED: no ticket, used, too old, or without its session's cookie
 */
export async function acceptWebSocket(
  request: IncomingMessage,
  { socket, head, routes }: { socket: Socket; head: Buffer; routes: SessionRoutes },
): Promise<{ duplex: Duplex; session: string }> {
  const offers = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((offer) => offer.trim());
  const ticket = offers
    .find((offer) => offer.startsWith(TICKET_PROTOCOL_PREFIX))
    ?.slice(TICKET_PROTOCOL_PREFIX.length);
  const session = ticket ? routes.redeemTicket(request, ticket) : undefined;
  if (session === undefined) {
    throw new BoxError('UNAUTHENTICATED', 'a WebSocket needs a fresh ticket of its session');
  }
  server ??= new WebSocketServer({
    noServer: true,
    // Compressing terminals costs a window of memory per connection and time per keystroke.
    perMessageDeflate: false,
    maxPayload: FRAME_MAX_BYTES + FRAME_HEADER_BYTES,
    handleProtocols: (offered) => (offered.has(WEBSOCKET_PROTOCOL) ? WEBSOCKET_PROTOCOL : false),
  });
  const accepting = server;
  const duplex = await new Promise<Duplex>((resolve) =>
    accepting.handleUpgrade(request, socket, head, (webSocket) => resolve(webSocketDuplex(webSocket))),
  );
  return { duplex, session };
}
