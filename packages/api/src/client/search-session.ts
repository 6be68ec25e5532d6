import { type BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { LogMatch, LogSearchEnd, LogSearchProgress } from '../schemas/stream.ts';
import { CreditAccount, creditPayload } from './credit.ts';
import { parseJson, type Session, type SessionLink } from './frame-client.ts';
import type { SearchChannel, SearchHandlers, SearchOptions } from './types.ts';

/** A search of one log. A lost connection ends it in the agent, so it begins anew on the next. */
export class SearchSession implements Session, SearchChannel {
  readonly resumable = true;
  #options: SearchOptions;
  #handlers: SearchHandlers;
  #link: SessionLink;
  #credit: CreditAccount;
  #closed = false;

  constructor(options: SearchOptions, handlers: SearchHandlers, link: SessionLink) {
    this.#options = options;
    this.#handlers = handlers;
    this.#link = link;
    this.#credit = new CreditAccount((bytes) => {
      if (!this.#closed) this.#link.send(FrameType.credit, { payload: creditPayload(bytes) });
    });
  }

  openPayload(): object {
    return { ...this.#options, kind: 'search', credit: this.#credit.open() };
  }

  frame(frame: Frame): void {
    switch (frame.type) {
      case FrameType.data:
        this.#handlers.matches(parseJson(frame.payload) as LogMatch[]);
        this.#credit.received(frame.payload.length, undefined);
        break;
      case FrameType.state:
        this.#handlers.progress?.(parseJson(frame.payload) as LogSearchProgress);
        break;
      case FrameType.exit:
        this.#finish();
        this.#handlers.end(parseJson(frame.payload) as LogSearchEnd);
    }
  }

  lost(): void {
    this.#handlers.restarted?.();
  }

  failed(error: BoxError): void {
    this.#finish();
    this.#handlers.error(error);
  }

  close(): void {
    if (this.#closed) return;
    this.#link.send(FrameType.close);
    this.#finish();
  }

  #finish(): void {
    this.#closed = true;
    this.#link.release();
  }
}
