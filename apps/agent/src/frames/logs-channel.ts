import type { OpenPayload } from '@boxyard/api';
import type { EngineFace, LogsHandle } from '@boxyard/engine';
import { BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { Channel, ChannelLink } from './connection.ts';
import { CreditGate } from './credit-gate.ts';
import { decodeCredit } from './payload.ts';

type LogsOpen = Extract<OpenPayload, { kind: 'logs' }>;

/** Whole CRI records of one container's log, as the client has credit. */
export class LogsChannel implements Channel {
  #link: ChannelLink;
  #gate: CreditGate;
  #handle: LogsHandle | null = null;
  #disposed = false;

  constructor({ kind: _, credit, ...request }: LogsOpen, link: ChannelLink, engine: EngineFace) {
    this.#link = link;
    this.#gate = new CreditGate(link, credit);
    void this.#open(request, engine);
  }

  frame(frame: Frame): void {
    if (frame.type === FrameType.credit) {
      this.#gate.add(decodeCredit(frame.payload));
      this.#grant();
    } else if (frame.type === FrameType.close) {
      this.#link.end();
      this.dispose();
    }
  }

  drained(): void {
    this.#grant();
  }

  dispose(): void {
    this.#disposed = true;
    this.#handle?.close();
  }

  async #open(request: Omit<LogsOpen, 'kind' | 'credit'>, engine: EngineFace): Promise<void> {
    try {
      let answered = false;
      const answer = () => {
        if (!answered && !this.#disposed) this.#link.sendJson(FrameType.open, {});
        answered = true;
      };
      const handle = await engine.logs(
        { ...request, credit: this.#gate.take() },
        {
          data: (offset, bytes) => {
            if (this.#disposed) return;
            answer();
            this.#gate.used(bytes.length);
            this.#link.send(FrameType.data, { stream: 1, offset, payload: bytes });
          },
          skipped: (from, to) => {
            if (this.#disposed) return;
            answer();
            this.#link.sendJson(FrameType.skipped, { to }, from);
          },
          end: () => {
            if (this.#disposed) return;
            answer();
            this.#link.sendJson(FrameType.exit, {});
            this.#finish();
          },
          error: (error) => this.#fail(error),
        },
      );
      if (this.#disposed) handle.close();
      else answer();
      this.#handle = handle;
      this.#grant();
    } catch (error) {
      this.#fail(error);
    }
  }

  #grant(): void {
    if (!this.#handle || this.#disposed) return;
    const bytes = this.#gate.take();
    if (bytes > 0) this.#handle.credit(bytes);
  }

  #fail(error: unknown): void {
    if (!this.#disposed) this.#finish(BoxError.from(error));
  }

  #finish(error?: BoxError): void {
    this.#disposed = true;
    this.#link.end(error);
  }
}
