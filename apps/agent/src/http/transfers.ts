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

const TICKETS = { lifetimeMs: TICKET_LIFETIME_MS, most: 1_000 };

/** Bulk bodies: POST or GET /transfer/<ticket>, where a procedure that checked the item minted the ticket. */
export class Transfers {
  #uploads = new OneTime<{ principal: string; handler: TransferHandler }>(TICKETS);
  #downloads = new OneTime<{ principal: string; handler: DownloadHandler }>(TICKETS);

  /** The path to send the body to, once. */
  mint({ name: principal }: Principal, handler: TransferHandler): string {
    return `/transfer/${this.#uploads.mint({ principal, handler }).secret}`;
  }

  /** The path to get the body from, once. */
  mintDownload({ name: principal }: Principal, handler: DownloadHandler): string {
    return `/transfer/${this.#downloads.mint({ principal, handler }).secret}`;
  }

  /** A POST is answered with what the handler answers, as JSON; a GET with the body that the handler gives. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    options: { path: string; isSender: (principal: string) => boolean },
  ): Promise<void> {
    const ticket = options.path.slice('/transfer/'.length);
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    if (request.method === 'GET') {
      const { handler } = checked(this.#downloads.redeem(ticket), options);
      await sendDownload(response, await handler(gone.signal));
    } else {
      const { handler } = checked(
        request.method === 'POST' ? this.#uploads.redeem(ticket) : undefined,
        options,
      );
      sendJson(response, 200, (await handler(request, gone.signal)) ?? {});
    }
  }
}

function checked<Ticket extends { principal: string }>(
  found: Ticket | undefined,
  { isSender }: { isSender: (principal: string) => boolean },
): Ticket {
  if (found && isSender(found.principal)) return found;
  throw new BoxError('NOT_FOUND', 'this transfer was used already, is too old or is not yours', {
    hint: 'start it again',
  });
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
