import { type BoxError, type Frame, FrameType } from '@boxyard/spec';
import { CreditAccount, creditPayload } from './credit.ts';
import { parseJson, type Session, type SessionLink } from './frame-client.ts';
import { contentEnd } from './log-offsets.ts';
import type { LogsChannel, LogsHandlers, LogsOptions } from './types.ts';

/** One reader of a log over any number of connections: every record once. */
export class LogsSession implements Session, LogsChannel {
  #options: LogsOptions;
  #handlers: LogsHandlers;
  #link: SessionLink;
  #credit: CreditAccount;
  /** The last records given out: where to go on is counted from them only when a connection was lost. */
  #last: { offset: number; records: Uint8Array } | undefined;
  #everOpened = false;
  #closed = false;

  constructor(options: LogsOptions, handlers: LogsHandlers, link: SessionLink) {
    this.#options = options;
    this.#handlers = handlers;
    this.#link = link;
    this.#credit = new CreditAccount((bytes) => {
      if (!this.#closed) this.#link.send(FrameType.credit, { payload: creditPayload(bytes) });
    });
  }

  get resumable(): boolean {
    return this.#everOpened;
  }

  openPayload(): object {
    const { tail, ...options } = this.#options;
    const resume = this.#last ? { offset: contentEnd(this.#last.offset, this.#last.records) } : { tail };
    return { ...options, ...resume, kind: 'logs', credit: this.#credit.open() };
  }

  frame(frame: Frame): void {
    switch (frame.type) {
      case FrameType.open:
        this.#everOpened = true;
        break;
      case FrameType.data:
        this.#last = { offset: frame.offset, records: frame.payload };
        this.#credit.received(frame.payload.length, this.#handlers.data(frame.payload, frame.offset));
        break;
      case FrameType.skipped: {
        const { to } = parseJson(frame.payload) as { to: number };
        this.#last = { offset: to, records: new Uint8Array(0) };
        this.#handlers.skipped?.(frame.offset, to);
        break;
      }
      case FrameType.exit:
        this.#finish();
        this.#handlers.end();
    }
  }

  lost(): void {}

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
