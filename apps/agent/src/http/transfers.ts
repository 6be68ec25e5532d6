import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '@boxyard/api';
import type { TransferHandler } from '@boxyard/api/server';
import { BoxError } from '@boxyard/spec';
import { OneTime } from '../security/one-time.ts';
import { sendJson } from './respond.ts';

/** From the procedure's answer to the first byte of the body. */
const TICKET_LIFETIME_MS = 5 * 60_000;

/** Bulk bodies: POST /transfer/<ticket>, where a procedure that checked the item minted the ticket. */
export class Transfers {
  #tickets = new OneTime<{ principal: string; handler: TransferHandler }>({
    lifetimeMs: TICKET_LIFETIME_MS,
    most: 1_000,
  });

  /** The path to send the body to, once. */
  mint(principal: Principal, handler: TransferHandler): string {
    return `/transfer/${this.#tickets.mint({ principal: principal.name, handler }).secret}`;
  }

  /** Answers with what the handler answers, as JSON. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    options: { path: string; principal: Principal | null },
  ): Promise<void> {
    if (request.method !== 'POST') throw new BoxError('NOT_FOUND', 'no such address');
    const found = this.#tickets.redeem(options.path.slice('/transfer/'.length));
    if (!found || found.principal !== options.principal?.name) {
      throw new BoxError('NOT_FOUND', 'this transfer was used already, is too old or is not yours', {
        hint: 'start it again',
      });
    }
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableEnded) gone.abort();
    });
    sendJson(response, 200, (await found.handler(request, gone.signal)) ?? {});
  }
}
