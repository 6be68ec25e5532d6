import type { AttachOpened, OpenPayload } from '@boxyard/api';
import type { AttachHandle, EngineFace } from '@boxyard/engine';
import { BoxError, type Frame, FrameType, isTerminalReport } from '@boxyard/spec';
import { z } from 'zod';
import type { Screens, Size, SizeHold } from '../terminals/screens.ts';
import type { Channel, ChannelLink } from './connection.ts';
import { CreditGate } from './credit-gate.ts';
import { decodeCredit, decodeJson } from './payload.ts';

type AttachOpen = Extract<OpenPayload, { kind: 'attach' }>;
interface Parts {
  engine: EngineFace;
  screens: Screens;
}

/** Clients keep at most 256 KiB of input unacknowledged; one that sends much more does not obey the protocol. */
const INPUT_MAX_BYTES = 1024 * 1024;
const EARLY_MAX_FRAMES = 1_024;

const sizePayload = z.object({
  rows: z.number().int().min(1).max(10_000),
  columns: z.number().int().min(1).max(10_000),
});
const signalPayload = z.object({ signal: z.string().max(32) });

/**
 * One viewer of one session. Data waits in `#held` while the answer, or a screen snapshot, is under way: what the snapshot shows is
 * dropped, what follows it is sent, so nothing is lost between the two.
 */
export class AttachChannel implements Channel {
  #open: AttachOpen;
  #link: ChannelLink;
  #parts: Parts;
  #gate: CreditGate;
  #handle: AttachHandle | null = null;
  /** What the engine said and the client may not hear yet; null while everything flows. */
  #held: (() => void)[] | null = [];
  /** Data before this offset is in the snapshot already. */
  #from = 0;
  /** What the client sent before the engine answered. */
  #early: Frame[] = [];
  #inputAcknowledged = 0;
  #container: Promise<string> | undefined;
  #tty = false;
  /** What this viewer's own window has. */
  #size: Size | undefined;
  #hold: SizeHold | undefined;
  #disposed = false;

  constructor(open: AttachOpen, link: ChannelLink, parts: Parts) {
    this.#open = open;
    this.#link = link;
    this.#parts = parts;
    this.#gate = new CreditGate(link, open.credit);
    this.#attach().catch((error: unknown) => this.#fail(error));
  }

  frame(frame: Frame): void {
    if (frame.type === FrameType.close) {
      this.#link.end();
      this.dispose();
    } else if (frame.type === FrameType.credit) {
      this.#gate.add(decodeCredit(frame.payload));
      this.#grant();
    } else if (!this.#handle) {
      if (this.#early.length >= EARLY_MAX_FRAMES) this.#fail(tooMuch());
      else this.#early.push({ ...frame, payload: new Uint8Array(frame.payload) });
    } else {
      this.#obey(frame, this.#handle);
    }
  }

  drained(): void {
    this.#grant();
  }

  dispose(): void {
    this.#disposed = true;
    this.#held = null;
    this.#hold?.end();
    this.#handle?.close();
  }

  async #attach(): Promise<void> {
    const { kind: _, rows, columns, credit: __, offset, session, ...rest } = this.#open;
    const screen = offset === 'screen' && (await this.#parts.screens.has(await this.#id(), session ?? ''));
    const size = rows && columns ? { rows, columns } : undefined;
    const handle = await this.#parts.engine.attach(
      {
        ...rest,
        session,
        size,
        offset: offset === 'screen' ? (screen ? 'live' : 'start') : offset,
        credit: this.#gate.take(),
      },
      {
        data: (stream, at, bytes) => {
          this.#gate.used(bytes.length);
          if (!this.#held) return this.#data(stream, at, bytes);
          const copy = new Uint8Array(bytes);
          this.#held.push(() => this.#data(stream, at, copy));
        },
        ack: (at) => {
          this.#inputAcknowledged = at;
          this.#inOrder(() => this.#link.send(FrameType.ack, { offset: at }));
        },
        skipped: (from, to) => this.#inOrder(() => this.#skipped(from, to)),
        exit: (exit, at) =>
          this.#inOrder(() => {
            this.#link.sendJson(FrameType.exit, exit, at);
            this.#finish();
          }),
        error: (error) => this.#inOrder(() => this.#finish(error)),
      },
    );
    if (this.#disposed) return handle.close();
    this.#handle = handle;
    this.#tty = handle.opened.tty;
    this.#inputAcknowledged = handle.opened.inputAccepted;
    this.#size = size;
    if (this.#tty) this.#holdSize();
    await this.#answer(handle.opened, screen);
    for (const frame of this.#early.splice(0)) if (!this.#disposed) this.#obey(frame, handle);
  }

  /** The open frame, then a snapshot where the client asked for one or cannot go on without, then what was held. */
  async #answer(opened: AttachOpened, screen: boolean): Promise<void> {
    const { offset: asked } = this.#open;
    const gap = typeof asked === 'number' && opened.offset > asked ? asked : null;
    const snapshot = screen || (gap !== null && opened.tty) ? await this.#snapshot(opened.offset) : null;
    if (this.#disposed) return;
    this.#link.sendJson(FrameType.open, { ...opened, offset: snapshot?.offset ?? opened.offset });
    if (snapshot) this.#sendSnapshot(snapshot);
    else if (gap !== null) this.#link.sendJson(FrameType.skipped, { to: opened.offset }, gap);
    this.#release();
  }

  #obey(frame: Frame, handle: AttachHandle): void {
    switch (frame.type) {
      case FrameType.input:
        if (!this.#open.input)
          this.#fail(new BoxError('WRONG_STATE', 'this stream was opened without input'));
        else if (frame.offset + frame.payload.length - this.#inputAcknowledged > INPUT_MAX_BYTES)
          this.#fail(tooMuch());
        else {
          this.#takeLead(handle, frame.payload);
          handle.input(frame.offset, frame.payload);
        }
        break;
      case FrameType.closeInput:
        handle.closeInput(frame.offset);
        break;
      case FrameType.resize: {
        const size = sizePayload.safeParse(decodeJson(frame.payload));
        if (!size.success) throw new BoxError('INVALID_ARGUMENT', 'a resize frame holds {rows, columns}');
        handle.resize(size.data);
        this.#size = size.data;
        this.#hold?.lead(size.data);
        break;
      }
      case FrameType.signal: {
        const parsed = signalPayload.safeParse(decodeJson(frame.payload));
        if (!parsed.success) throw new BoxError('INVALID_ARGUMENT', 'a signal frame holds {signal}');
        handle.signal(parsed.data.signal);
        break;
      }
    }
  }

  #data(stream: number, offset: number, bytes: Uint8Array): void {
    const stale = Math.min(Math.max(this.#from - offset, 0), bytes.length);
    if (stale > 0) {
      // The client never sees these bytes, so they are not on its account.
      this.#gate.add(stale);
      this.#grant();
    }
    if (stale === bytes.length) return;
    this.#link.send(FrameType.data, { stream, offset: offset + stale, payload: bytes.subarray(stale) });
  }

  /** A terminal that lost bytes shows nonsense ever after: it gets the screen instead. */
  #skipped(from: number, to: number): void {
    if (!this.#tty) {
      this.#link.sendJson(FrameType.skipped, { to }, from);
      return;
    }
    this.#held = [];
    this.#snapshot(to)
      .then((snapshot) => {
        if (this.#disposed) return;
        if (snapshot) this.#sendSnapshot(snapshot);
        else this.#link.sendJson(FrameType.skipped, { to }, from);
        this.#release();
      })
      .catch((error: unknown) => this.#fail(error));
  }

  async #snapshot(atLeast: number) {
    return this.#parts.screens.snapshot(await this.#id(), this.#open.session ?? '', atLeast);
  }

  #sendSnapshot(snapshot: { bytes: Uint8Array; offset: number; rows: number; columns: number }): void {
    const { bytes, offset, rows, columns } = snapshot;
    this.#from = offset;
    this.#link.sendJson(FrameType.resize, { rows, columns });
    this.#link.send(FrameType.snapshot, { offset, payload: bytes });
  }

  #inOrder(act: () => void): void {
    if (this.#disposed) return;
    if (this.#held) this.#held.push(act);
    else act();
  }

  /** Lets flow what was held; stops where one of the things held makes the rest wait again. */
  #release(): void {
    const waiting = this.#held ?? [];
    this.#held = null;
    while (waiting.length > 0 && !this.#isHolding() && !this.#disposed) waiting.shift()?.();
    if (this.#isHolding()) this.#held = waiting;
    this.#grant();
  }

  #isHolding(): boolean {
    return this.#held !== null;
  }

  /** A terminal that several look at has the size of whoever came, resized or typed last; the others are told. */
  #holdSize(): void {
    this.#id()
      .then((id) => {
        if (this.#disposed) return;
        this.#hold = this.#parts.screens.follow(id, this.#open.session ?? '', (size) =>
          this.#inOrder(() => this.#link.sendJson(FrameType.resize, { ...size, taken: true })),
        );
        if (this.#size) this.#hold.lead(this.#size);
      })
      .catch((error: unknown) => this.#fail(error));
  }

  /** Whoever types leads; what a terminal answers by itself is not typed. */
  #takeLead(handle: AttachHandle, input: Uint8Array): void {
    const hold = this.#hold;
    const own = this.#size;
    if (!hold || !own || hold.leads || isTerminalReport(input)) return;
    const now = hold.size;
    if (now?.rows !== own.rows || now.columns !== own.columns) handle.resize(own);
    hold.lead(own);
  }

  /** The full id behind the reference that the client gave. */
  #id(): Promise<string> {
    this.#container ??= this.#parts.engine.services.containers
      .inspect(this.#open.container)
      .then(({ id }) => id);
    return this.#container;
  }

  #grant(): void {
    if (!this.#handle || this.#disposed) return;
    const bytes = this.#gate.take();
    if (bytes > 0) this.#handle.credit(bytes);
  }

  #fail(error: unknown): void {
    if (this.#disposed) return;
    this.#handle?.close();
    this.#finish(BoxError.from(error));
  }

  #finish(error?: BoxError): void {
    this.#disposed = true;
    this.#hold?.end();
    this.#link.end(error);
  }
}

function tooMuch(): BoxError {
  return new BoxError('RESOURCE_EXHAUSTED', 'more input than the box has taken may wait for it', {
    hint: 'wait for ack frames',
  });
}
