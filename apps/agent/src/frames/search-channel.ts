import type { LogMatch, OpenPayload } from '@boxyard/api';
import type { EngineFace } from '@boxyard/engine';
import { BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { Channel, ChannelLink } from './connection.ts';
import { CreditGate } from './credit-gate.ts';
import { decodeCredit, encodeJson } from './payload.ts';

type SearchOpen = Extract<OpenPayload, { kind: 'search' }>;

/** At up to 6 kB each (1000 characters, escaped) a frame of them stays below its limit. */
const MATCHES_PER_FRAME = 100;

/** Lines that a search found, as the client has credit; its limit bounds what waits here. */
export class SearchChannel implements Channel {
  #link: ChannelLink;
  #gate: CreditGate;
  #credit = 0;
  #waiting: LogMatch[] = [];
  #end: object | undefined;
  #cancel = () => {};
  #disposed = false;

  constructor({ kind: _, credit, ...request }: SearchOpen, link: ChannelLink, engine: EngineFace) {
    this.#link = link;
    this.#gate = new CreditGate(link, credit);
    void this.#open(request, engine);
  }

  frame(frame: Frame): void {
    if (frame.type === FrameType.credit) {
      this.#gate.add(decodeCredit(frame.payload));
      this.#flush();
    } else if (frame.type === FrameType.close) {
      this.#link.end();
      this.dispose();
    }
  }

  drained(): void {
    this.#flush();
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancel();
  }

  async #open(request: Omit<SearchOpen, 'kind' | 'credit'>, engine: EngineFace): Promise<void> {
    try {
      const cancel = await engine.searchLogs(request, {
        matches: (matches) => {
          for (const match of matches) this.#waiting.push(match);
          this.#flush();
        },
        progress: (progress) => this.#link.sendJson(FrameType.state, progress),
        end: (end) => {
          this.#end = end;
          this.#flush();
        },
        error: (error) => this.#finish(error),
      });
      if (this.#disposed) cancel();
      else this.#link.sendJson(FrameType.open, {});
      this.#cancel = cancel;
    } catch (error) {
      this.#finish(BoxError.from(error));
    }
  }

  #flush(): void {
    if (this.#disposed) return;
    this.#credit += this.#gate.take();
    while (this.#waiting.length > 0 && this.#credit > 0) {
      const payload = encodeJson(this.#waiting.splice(0, MATCHES_PER_FRAME));
      this.#link.send(FrameType.data, { payload });
      this.#gate.used(payload.length);
      this.#credit += this.#gate.take() - payload.length;
    }
    if (this.#end === undefined || this.#waiting.length > 0) return;
    this.#link.sendJson(FrameType.exit, this.#end);
    this.#finish();
  }

  #finish(error?: BoxError): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#link.end(error);
  }
}
