import type { AttachOpened, TerminalSize } from '@boxyard/api';
import {
  DEFAULT_TERMINAL,
  type Opened,
  SESSION_EXITED,
  SessionClient,
  type SessionExit,
} from '@boxyard/runtime';
import { BoxError, isAlive, parseSignal } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import { LogCursor, READ_BYTES } from '../logs/cursor.ts';
import { seekForward } from '../logs/seek.ts';
import { listSegments } from '../logs/segments.ts';
import type { AttachHandle, AttachHandlers, AttachRequest } from '../streams.ts';
import { streamExit } from './exit.ts';
import { replayRecords } from './replay.ts';
import type { ViewedSession } from './session.ts';

/** Input kept for a session that is not there yet; a client sends no more than a window without an answer. */
const EARLY_INPUT_BYTES = 1024 * 1024;

/**
 * One viewer of one session. What lies before the shim's ring comes from the log, then the shim's own data, then the end; after a shim
 * that went away the rest comes from the log again. Every byte once, in order, never more than the viewer has credit for (but for the
 * rest of one log record).
 */
export class Viewer implements AttachHandle {
  readonly #engine: EngineContext;
  readonly #container: Container;
  readonly #session: ViewedSession;
  readonly #request: AttachRequest;
  readonly #handlers: AttachHandlers;
  #opened: AttachOpened | undefined;
  #client: SessionClient | undefined;
  /** Content offset of the next byte to give out. */
  #reached = 0;
  /** Granted by the viewer and neither used nor passed on to the shim. */
  #credit: number;
  /** While the log is read, what the shim says waits here. */
  #held: (() => void)[] | undefined = [];
  #sawShimData = false;
  #done = false;
  #wake: (() => void) | undefined;
  #early: (() => void)[] = [];
  #earlyBytes = 0;
  #size: TerminalSize | undefined;

  constructor(
    engine: EngineContext,
    target: { container: Container; session: ViewedSession },
    viewing: { request: AttachRequest; handlers: AttachHandlers },
  ) {
    this.#engine = engine;
    this.#container = target.container;
    this.#session = target.session;
    this.#request = viewing.request;
    this.#handlers = viewing.handlers;
    this.#credit = viewing.request.credit;
    this.#size = viewing.request.size;
    this.#container.viewers.add(this);
  }

  get opened(): AttachOpened {
    if (!this.#opened) throw new Error('the viewer is not open yet');
    return this.#opened;
  }

  /** Connects to the shim if there is one, else reads what the log has. Resolves when `opened` is known; data follows later. */
  async open(): Promise<void> {
    try {
      if (await this.#connect()) return;
      await this.#openEnded();
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  /** Before a start: what follows begins where the log ends; the connection comes when the container runs. */
  openBeforeStart(offset: number): void {
    this.#reached = offset;
    this.#opened = {
      tty: this.#session.tty,
      ...(this.#size ?? DEFAULT_TERMINAL),
      offset,
      inputAccepted: 0,
      running: false,
    };
  }

  /** The start that `openBeforeStart` waited for has happened. */
  started(): void {
    this.#guard(async () => {
      if (!(await this.#connect())) await this.#endFromLog();
    });
  }

  /** The start that was waited for will not happen. */
  refused(error: BoxError): void {
    if (this.#done) return;
    this.#finish();
    this.#handlers.error(error);
  }

  credit(bytes: number): void {
    this.#credit += bytes;
    this.#passCredit();
    this.#wake?.();
  }

  input(offset: number, bytes: Uint8Array): boolean {
    if (this.#client) return this.#client.input(offset, bytes);
    if (this.#done || this.#session.end()) return true; // nobody reads it any more
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes > EARLY_INPUT_BYTES) {
      this.refused(
        new BoxError('RESOURCE_EXHAUSTED', 'too much input for a container that does not run yet'),
      );
      return false;
    }
    const kept = Uint8Array.from(bytes);
    this.#early.push(() => void this.#client?.input(offset, kept));
    return false;
  }

  closeInput(offset: number): void {
    if (this.#client) this.#client.closeInput(offset);
    else this.#early.push(() => this.#client?.closeInput(offset));
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#client?.resize(size.rows, size.columns);
  }

  signal(signal: string): void {
    const number = parseSignal(signal);
    this.#client?.signal(number);
  }

  close(): void {
    if (this.#done) return;
    this.#finish();
    this.#client?.close();
  }

  /** False when no shim serves the session (any more). */
  async #connect(): Promise<boolean> {
    const from = await this.#wantedOffset();
    const connection = await this.#reachShim(from);
    if (!connection) return false;
    const { client, opened } = connection;
    this.#client = client;
    const gap = from === 'live' ? 0 : Math.max(0, opened.offset - from);
    this.#reached = from === 'live' ? opened.offset : Math.min(from, opened.offset);
    this.#opened ??= {
      tty: this.#session.tty,
      rows: opened.rows,
      columns: opened.columns,
      offset: this.#reached,
      inputAccepted: opened.inputAccepted,
      running: (opened.flags & SESSION_EXITED) === 0,
    };
    if (this.#done) {
      client.close();
      return true;
    }
    if (this.#size && this.#session.tty) client.resize(this.#size.rows, this.#size.columns);
    for (const send of this.#early.splice(0)) send();
    // Not before the caller has seen `opened`.
    this.#guard(async () => {
      await Promise.resolve();
      if (gap > 0) await this.#readLog(opened.offset);
      this.#goLive();
    });
    return true;
  }

  async #wantedOffset(): Promise<number | 'live'> {
    if (this.#opened) return this.#reached;
    const { offset } = this.#request;
    if (offset !== 'start') return offset;
    const first = this.#session.logDirectory && (await listSegments(this.#session.logDirectory))[0];
    return first ? first.offset : 0;
  }

  /** Undefined when the session ended and was forgotten, or the shim is just going: then what is on record says how. */
  async #reachShim(offset: number | 'live'): Promise<{ client: SessionClient; opened: Opened } | undefined> {
    if (!this.#container.supervision) return undefined;
    const { kernel, paths } = this.#engine;
    let directory: number | undefined;
    let client: SessionClient | undefined;
    try {
      directory = kernel.openDirectory(paths.runOf(this.#container.id));
      client = await SessionClient.connect(kernel, directory, {
        onData: (stream, at, bytes) => this.#tell(() => this.#takeData(stream, at, bytes)),
        onSkipped: (from, to) => this.#tell(() => this.#takeSkipped(from, to)),
        onInputAccepted: (at) => this.#tell(() => this.#handlers.ack(at)),
        onExit: (exit) => this.#tell(() => this.#takeExit(exit)),
        onClose: () => this.#tell(() => this.#guard(() => this.#endFromLog())),
      });
      const opened = await client.open({
        id: this.#session.id,
        offset,
        output: true,
        input: this.#request.input,
        lossless: this.#request.lossless,
        credit: 0,
        clientId: BigInt(`0x${this.#request.clientId}`),
      });
      return { client, opened };
    } catch (error) {
      client?.[Symbol.dispose]();
      this.#held = [];
      this.#engine.logger.debug({ err: error, container: this.#container.id }, 'no shim serves this session');
      return undefined;
    } finally {
      if (directory !== undefined) kernel.close(directory);
    }
  }

  #tell(what: () => void): void {
    if (this.#done) return;
    if (this.#held) this.#held.push(what);
    else what();
  }

  #goLive(): void {
    if (this.#done) return;
    while (this.#held?.length) {
      const held = this.#held;
      this.#held = [];
      for (const [index, what] of held.entries()) {
        if (this.#done) return;
        what();
        // It began to read the log again: the rest has to wait for that.
        if (this.#filling) {
          this.#held = [...held.slice(index + 1), ...this.#held];
          return;
        }
      }
    }
    this.#held = undefined;
    this.#passCredit();
  }

  #filling = false;

  #passCredit(): void {
    if (this.#held || this.#credit <= 0) return;
    this.#client?.credit(this.#credit);
    this.#credit = 0;
  }

  #takeData(stream: number, offset: number, bytes: Uint8Array): void {
    const known = this.#reached - offset;
    const fresh = known > 0 ? bytes.subarray(known) : bytes;
    this.#sawShimData = true;
    if (known > 0) this.credit(Math.min(known, bytes.length)); // the viewer never saw these
    if (fresh.length === 0) return;
    this.#reached = offset + bytes.length;
    this.#handlers.data(stream, this.#reached - fresh.length, fresh);
  }

  /** Before its first data the shim's ring may have moved on while the log was read: then the log has that, too. */
  #takeSkipped(from: number, to: number): void {
    if (to <= this.#reached) return;
    if (this.#sawShimData || this.#session.logDirectory === undefined) {
      this.#reached = to;
      this.#handlers.skipped(from, to);
      return;
    }
    this.#held ??= [];
    this.#filling = true;
    this.#guard(async () => {
      await this.#readLog(to);
      this.#filling = false;
      this.#goLive();
    });
  }

  #takeExit(exit: SessionExit): void {
    const finishedAt = Number(exit.finishedAt / 1_000_000n);
    this.#tellExit(streamExit(exit.status, finishedAt), exit.outputEnd);
    this.#client?.close();
  }

  #tellExit(exit: ReturnType<typeof streamExit>, offset: number): void {
    if (this.#done) return;
    this.#handlers.exit(exit, offset);
    this.#session.seen(this.#request.lossless);
    this.#finish();
  }

  /** No shim: an ended session is replayed to its end. */
  async #openEnded(): Promise<void> {
    await this.#container.until(() => this.#session.end() !== undefined || this.#container.gone, {
      signal: this.#engine.background.signal,
    });
    const end = this.#session.end();
    if (!end) throw new BoxError('NOT_FOUND', `container "${this.#container.name}" was removed`);
    const wanted = await this.#wantedOffset();
    this.#reached = wanted === 'live' ? (end.outputEnd ?? 0) : wanted;
    this.#opened = {
      tty: this.#session.tty,
      ...DEFAULT_TERMINAL,
      offset: this.#reached,
      inputAccepted: 0,
      running: false,
    };
    this.#guard(async () => {
      await Promise.resolve();
      await this.#endFromLog();
    });
  }

  /** The shim is gone, or never was: waits until the end is on record, gives out the rest of the log and tells the end. */
  async #endFromLog(): Promise<void> {
    this.#client = undefined;
    await this.#container.until(
      () => this.#session.end() !== undefined || this.#container.gone || !isAlive(this.#container.state),
      { signal: this.#engine.background.signal },
    );
    const end = this.#session.end();
    if (this.#done || this.#engine.background.signal.aborted) return;
    if (!end) {
      this.refused(new BoxError('UNAVAILABLE', 'the session ended and nobody knows how'));
      return;
    }
    if (end.outputEnd !== undefined) await this.#readLog(end.outputEnd);
    this.#tellExit(streamExit(end.exit, end.finishedAt), this.#reached);
  }

  /** Gives out [reached, to) from the log as credit allows. */
  async #readLog(to: number): Promise<void> {
    const directory = this.#session.logDirectory;
    if (directory === undefined || this.#reached >= to) return;
    const target = { kind: 'offset', offset: this.#reached } as const;
    const cursor = new LogCursor(directory, await seekForward(directory, target));
    try {
      if (cursor.offset > this.#reached) this.#skip(Math.min(cursor.offset, to));
      while (this.#reached < to && !this.#done) {
        while (this.#credit <= 0 && !this.#done) await this.#moreCredit();
        if (this.#done) return;
        const piece = await cursor.next(Math.min(this.#credit, READ_BYTES));
        if (this.#done) return;
        if (piece.kind === 'end') this.#skip(to);
        else if (piece.kind === 'skipped') this.#skip(Math.min(piece.to, to));
        else this.#giveRecords(piece, to);
      }
    } finally {
      await cursor.close();
    }
  }

  #giveRecords(piece: { bytes: Buffer; offset: number; content: number }, to: number): void {
    replayRecords(
      piece,
      { from: this.#reached, to },
      {
        data: (stream, offset, bytes) => {
          this.#credit -= bytes.length;
          this.#handlers.data(stream, offset, bytes);
        },
        skipped: (from, until) => this.#handlers.skipped(from, until),
      },
    );
    this.#reached = Math.min(Math.max(this.#reached, piece.offset + piece.content), to);
  }

  #skip(to: number): void {
    if (to <= this.#reached) return;
    this.#handlers.skipped(this.#reached, to);
    this.#reached = to;
  }

  async #moreCredit(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** Runs a step of the stream; a failure goes to the viewer. */
  #guard(step: () => Promise<void>): void {
    step().catch((error: unknown) => {
      this.#client?.close();
      this.refused(BoxError.from(error));
    });
  }

  #finish(): void {
    this.#done = true;
    this.#container.viewers.delete(this);
    this.#container.notify();
    this.#wake?.();
  }
}
