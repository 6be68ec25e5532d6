import { type BoxError, type Frame, FrameType } from '@boxyard/spec';
import type { AttachOpened, StreamExit } from '../schemas/stream.ts';
import { CreditAccount, creditPayload } from './credit.ts';
import { parseJson, type Session, type SessionLink } from './frame-client.ts';
import { InputQueue } from './input-queue.ts';
import type { AttachChannel, AttachHandlers, AttachOptions } from './types.ts';

interface Size {
  rows: number;
  columns: number;
}

/** One attached viewer over any number of connections: every byte of output and input once. */
export class AttachSession implements Session, AttachChannel {
  #options: AttachOptions;
  #handlers: AttachHandlers;
  #link: SessionLink;
  #clientId = randomId();
  #credit: CreditAccount;
  #input = new InputQueue();
  #closeInput = false;
  #closeInputSent = false;
  #wasFull = false;
  #reached: number | undefined;
  /** Answered on this connection. */
  #live = false;
  #everOpened = false;
  #closed = false;
  #size: Size | undefined;
  #sizeSent: Size | undefined;
  #snapshotSize: Size = { rows: 24, columns: 80 };
  #signals: string[] = [];

  constructor(options: AttachOptions, handlers: AttachHandlers, link: SessionLink) {
    this.#options = options;
    this.#handlers = handlers;
    this.#link = link;
    if (options.rows && options.columns) this.#size = { rows: options.rows, columns: options.columns };
    this.#credit = new CreditAccount((bytes) => {
      if (this.#live) this.#link.send(FrameType.credit, { payload: creditPayload(bytes) });
    });
  }

  get offset(): number | undefined {
    return this.#reached;
  }

  get resumable(): boolean {
    return this.#everOpened;
  }

  openPayload(): object {
    this.#sizeSent = this.#size;
    return {
      ...this.#options,
      kind: 'attach',
      clientId: this.#clientId,
      ...this.#size,
      ...(this.#reached === undefined ? {} : { offset: this.#reached }),
      credit: this.#credit.open(),
    };
  }

  frame(frame: Frame): void {
    switch (frame.type) {
      case FrameType.open:
        this.#opened(parseJson(frame.payload) as AttachOpened);
        break;
      case FrameType.data:
        this.#data(frame);
        break;
      case FrameType.ack:
        this.#input.acknowledge(frame.offset);
        this.#pump();
        break;
      case FrameType.resize:
        this.#resized(parseJson(frame.payload) as Size & { taken?: boolean });
        break;
      case FrameType.snapshot:
        this.#reached = frame.offset;
        // Snapshots are outside the credit: nothing to account for.
        this.#handlers.snapshot?.(frame.payload, this.#snapshotSize);
        break;
      case FrameType.skipped: {
        const { to } = parseJson(frame.payload) as { to: number };
        this.#reached = Math.max(this.#reached ?? 0, to);
        this.#handlers.skipped?.(frame.offset, to);
        break;
      }
      case FrameType.exit:
        this.#finish();
        this.#handlers.exit(parseJson(frame.payload) as StreamExit);
    }
  }

  lost(): void {
    this.#live = false;
    this.#signals = [];
  }

  failed(error: BoxError): void {
    this.#finish();
    this.#handlers.error(error);
  }

  input(bytes: Uint8Array): boolean {
    if (this.#closed || this.#closeInput) return true;
    this.#input.push(bytes);
    this.#pump();
    this.#wasFull = this.#input.full;
    return !this.#wasFull;
  }

  closeInput(): void {
    this.#closeInput = true;
    this.#pump();
  }

  resize(rows: number, columns: number): void {
    this.#size = { rows, columns };
    if (this.#live) this.#sendSize();
  }

  signal(name: string): void {
    if (this.#live) this.#link.sendJson(FrameType.signal, { signal: name });
    else if (!this.#everOpened) this.#signals.push(name);
  }

  close(): void {
    if (this.#closed) return;
    this.#link.send(FrameType.close);
    this.#finish();
  }

  #opened(opened: AttachOpened): void {
    const resumed = this.#everOpened;
    this.#live = true;
    this.#everOpened = true;
    // After `screen` only the snapshot, or the first byte where there is none, says that the screen was seen.
    if (this.#options.offset !== 'screen') this.#reached ??= opened.offset;
    this.#input.acknowledge(opened.inputAccepted);
    this.#input.rewind();
    this.#closeInputSent = false;
    if (this.#size !== this.#sizeSent) this.#sendSize();
    this.#handlers.opened?.(opened, resumed);
    for (const name of this.#signals.splice(0)) this.#link.sendJson(FrameType.signal, { signal: name });
    this.#pump();
  }

  #resized({ rows, columns, taken }: Size & { taken?: boolean }): void {
    if (taken) this.#handlers.taken?.({ rows, columns });
    else this.#snapshotSize = { rows, columns };
  }

  #data({ offset, payload, stream }: Frame): void {
    const reached = this.#reached ?? offset;
    const repeated = Math.min(Math.max(reached - offset, 0), payload.length);
    if (repeated > 0) this.#credit.received(repeated, undefined);
    if (repeated === payload.length) return;
    const bytes = repeated > 0 ? payload.subarray(repeated) : payload;
    this.#reached = offset + payload.length;
    this.#credit.received(bytes.length, this.#handlers.data(stream, bytes, offset + repeated));
  }

  #pump(): void {
    if (!this.#live || this.#closed) return;
    for (const { offset, bytes } of this.#input.take())
      this.#link.send(FrameType.input, { offset, payload: bytes });
    if (this.#closeInput && !this.#closeInputSent && this.#input.allSent) {
      this.#closeInputSent = true;
      this.#link.send(FrameType.closeInput, { offset: this.#input.end });
    }
    if (this.#wasFull && !this.#input.full) {
      this.#wasFull = false;
      this.#handlers.writable?.();
    }
  }

  #sendSize(): void {
    this.#sizeSent = this.#size;
    if (this.#size) this.#link.sendJson(FrameType.resize, this.#size);
  }

  #finish(): void {
    this.#closed = true;
    this.#live = false;
    this.#link.release();
  }
}

/** 64 random bits as hex: names this viewer's input across connections. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
