import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Download, Principal } from '@boxyard/api';
import type { DownloadHandler, TransferHandler } from '@boxyard/api/server';
import { BoxError } from '@boxyard/spec';
import { OneTime } from '../security/one-time.ts';
import { sendJson } from './respond.ts';

/** From the procedure's answer to the first byte of the body. */
const TICKET_LIFETIME_MS = 5 * 60_000;

type Ticket = { principal: string } & (
  | { method: 'POST'; handler: TransferHandler }
  | { method: 'GET'; handler: DownloadHandler }
);

/** Bulk bodies: POST or GET /transfer/<ticket>, where a procedure that checked the item minted the ticket. */
export class Transfers {
  #tickets = new OneTime<Ticket>({
    lifetimeMs: TICKET_LIFETIME_MS,
    most: 1_000,
  });

  /** The path to send the body to, once. */
  mint(principal: Principal, handler: TransferHandler): string {
    return this.#path({ principal: principal.name, method: 'POST', handler });
  }

  /** The path to get the body from, once. */
  mintDownload(principal: Principal, handler: DownloadHandler): string {
    return this.#path({ principal: principal.name, method: 'GET', handler });
  }

  /** A POST is answered with what the handler answers, as JSON; a GET with the body that the handler gives. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    options: { path: string; isSender: (principal: string) => boolean },
  ): Promise<void> {
    const found = this.#tickets.redeem(options.path.slice('/transfer/'.length));
    if (!found || !options.isSender(found.principal) || found.method !== request.method) {
      throw new BoxError('NOT_FOUND', 'this transfer was used already, is too old or is not yours', {
        hint: 'start it again',
      });
    }
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    if (found.method === 'GET') await sendDownload(response, await found.handler(gone.signal));
    else sendJson(response, 200, (await found.handler(request, gone.signal)) ?? {});
  }

  #path(ticket: Ticket): string {
    return `/transfer/${this.#tickets.mint(ticket).secret}`;
  }
}

/**
 * The body, no faster than it is taken. What fails on the way breaks the connection off: a chunked body without its end is how HTTP says
 * that something is missing (RFC 9112, 8).
 */
async function sendDownload(
  response: ServerResponse,
  { chunks, contentType, fileName }: Download,
): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  // An error before the first byte is still an answer of its own.
  const first = await iterator.next();
  response.writeHead(200, {
    'Content-Type': contentType,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  });
  const rest = (async function* () {
    try {
      for (let part = first; !part.done; part = await iterator.next()) yield part.value;
    } finally {
      await iterator.return?.();
    }
  })();
  await pipeline(Readable.from(rest, { objectMode: false }), response);
}
