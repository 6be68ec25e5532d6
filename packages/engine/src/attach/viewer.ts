import type { AttachOpened, StreamExit, TerminalSize } from '@boxyard/api';
import {
  DEFAULT_TERMINAL,
  type Opened,
  SESSION_EXITED,
  SessionClient,
  type SessionExit,
} from '@boxyard/runtime';
import { BoxError, CREDIT_GRANT_BYTES, isAlive, parseSignal } from '@boxyard/spec';
import type { Container, SessionViewer } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import { listSegments } from '../logs/segments.ts';
import type { AttachHandle, AttachHandlers, AttachRequest } from '../streams.ts';
import { EarlyInput } from './early-input.ts';
import { streamExit } from './exit.ts';
import { replayLog } from './log-replay.ts';
import type { ViewedSession } from './session.ts';

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/**
 * One viewer of one session. What lies before the shim's ring comes from the log, then the shim's own data, then the end; after a shim
 * that went away the rest comes from the log again. Every byte once, in order, never more than the viewer has credit for (but for the
 * rest of one log record).
 */
export class Viewer implements AttachHandle, SessionViewer {
  readonly #engine: EngineContext;
  readonly #container: Container;
  readonly #session: ViewedSession;
  readonly #request: AttachRequest;
  readonly #handlers: AttachHandlers;
  readonly #early = new EarlyInput();
  #opened: AttachOpened | undefined;
  #client: SessionClient | undefined;
  /** Content offset of the next byte to give out. */
  #reached = 0;
  /** Granted by the viewer and neither used nor passed on to the shim. */
  #credit: number;
  /** Passed on to the shim and not used by its data yet. */
  #lent = 0;
  /** What the shim says, held back while the log is read. */
  #held: (() => void)[] | undefined = [];
  #readingLog = false;
  #sawShimData = false;
  /** Waits for a start. */
  #pending = false;
  #done = false;
  #size: TerminalSize | undefined;
  /** Wakes a reader of the log that has no credit. */
  #wake: (() => void) | undefined;

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
    this.#tellWatched();
  }

  get session(): string {
    return this.#session.id;
  }

  get counts(): boolean {
    return this.#request.uncounted !== true;
  }

  /** Who looks at a terminal is shown to all. */
  #tellWatched(): void {
    if (this.#session.tty && this.counts) this.#engine.terminals.changed(this.#container);
  }

  get opened(): AttachOpened {
    if (!this.#opened) throw new Error('the viewer is not open yet');
    return this.#opened;
  }

  /** Connects to the shim if there is one, else reads what the log has. Resolves when `opened` is known; data follows later. */
  async open(): Promise<void> {
    try {
      if (!(await this.#connect())) await this.#openEnded();
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  /** Before a start: what follows begins where the log ends; the connection comes when the container runs. */
  openBeforeStart(offset: number): void {
    this.#pending = true;
    this.#reached = offset;
    this.#opened = this.#openedAt(offset);
  }

  /** The start that `openBeforeStart` waited for has happened. */
  started(): void {
    this.#pending = false;
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
    const wanted = this.#pending || !this.#session.end();
    if (this.#done || !wanted) return true; // nobody will read it
    if (!this.#early.push(offset, bytes)) {
      this.refused(new BoxError('RESOURCE_EXHAUSTED', 'too much input for a session that is not there yet'));
    }
    return false;
  }

  closeInput(offset: number): void {
    if (this.#client) this.#client.closeInput(offset);
    else this.#early.close(offset);
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
    if (this.#done) {
      client.close();
      return true;
    }
    this.#client = client;
    this.#reached = from === 'live' ? opened.offset : Math.min(from, opened.offset);
    this.#opened ??= {
      tty: this.#session.tty,
      rows: opened.rows,
      columns: opened.columns,
      offset: this.#reached,
      inputAccepted: opened.inputAccepted,
      running: (opened.flags & SESSION_EXITED) === 0,
    };
    if (this.#size && this.#session.tty) client.resize(this.#size.rows, this.#size.columns);
    this.#early.giveTo(client);
    this.#afterOpen(() => this.#fillFromLog(opened.offset));
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
        onData: (stream, at, bytes) => {
          this.#lent -= bytes.length;
          this.#tell(() => this.#takeData(stream, at, bytes));
        },
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

  /** Reads the log up to where the shim goes on, on `advance` bytes of credit more than there is, then lets the shim's words through. */
  async #fillFromLog(to: number, advance = 0): Promise<void> {
    this.#readingLog = true;
    this.#credit += advance;
    await this.#readLog(to);
    this.#credit -= advance;
    this.#readingLog = false;
    while (this.#held && !this.#done) {
      const next = this.#held.shift();
      if (next) next();
      else this.#held = undefined;
      // A gap right at the beginning sent us back to the log: the rest waits for that.
      if (this.#readingLog) return;
    }
    this.#passCredit();
  }

  #passCredit(): void {
    if (this.#held || this.#credit <= 0) return;
    this.#client?.credit(this.#credit);
    this.#lent += this.#credit;
    this.#credit = 0;
  }

  #takeData(stream: number, offset: number, bytes: Uint8Array): void {
    this.#sawShimData = true;
    const known = Math.min(Math.max(this.#reached - offset, 0), bytes.length);
    if (known > 0) this.credit(known); // the viewer has these already and never sees them again
    if (known === bytes.length) return;
    this.#reached = offset + bytes.length;
    this.#handlers.data(stream, offset + known, bytes.subarray(known));
  }

  /**
   * The ring has moved on: the log has what it held. A terminal is read from the log only up to its first live data: wading through a
   * flood line by line would keep its viewer from the prompt, so it is told and given a new screen.
   */
  #takeSkipped(from: number, to: number): void {
    if (to <= this.#reached) return;
    const live = this.#session.tty && this.#sawShimData;
    if (live || this.#session.logDirectory === undefined) {
      this.#reached = to;
      this.#handlers.skipped(from, to);
      return;
    }
    this.#held ??= [];
    this.#readingLog = true;
    // The shim may have all the viewer's credit, and spend it on data that waits for this: so the gap is read on credit that the
    // viewer will give back for it. It grants after that many bytes at the latest.
    this.#guard(() => this.#fillFromLog(to, CREDIT_GRANT_BYTES));
  }

  #takeExit(exit: SessionExit): void {
    this.#tellExit(
      streamExit(exit.status, Number(exit.finishedAt / NANOSECONDS_PER_MILLISECOND)),
      exit.outputEnd,
    );
    this.#client?.close();
  }

  #tellExit(exit: StreamExit, offset: number): void {
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
    this.#opened = this.#openedAt(this.#reached);
    this.#afterOpen(() => this.#endFromLog());
  }

  #openedAt(offset: number): AttachOpened {
    const size = this.#size ?? DEFAULT_TERMINAL;
    return { tty: this.#session.tty, ...size, offset, inputAccepted: 0, running: false };
  }

  /** The shim is gone, or never was: waits until the end is on record, gives out the rest of the log and tells the end. */
  async #endFromLog(): Promise<void> {
    const { signal } = this.#engine.background;
    this.#client = undefined;
    // What the shim did not use is good for the log.
    this.#credit += this.#lent;
    this.#lent = 0;
    await this.#container.until(
      () => this.#session.end() !== undefined || this.#container.gone || !isAlive(this.#container.state),
      { signal },
    );
    if (this.#done || signal.aborted) return;
    const end = this.#session.end();
    if (!end) {
      this.refused(new BoxError('UNAVAILABLE', 'the session ended and nobody knows how'));
      return;
    }
    if (end.outputEnd !== undefined) await this.#readLog(end.outputEnd);
    this.#tellExit(streamExit(end.exit, end.finishedAt), this.#reached);
  }

  async #readLog(to: number): Promise<void> {
    const directory = this.#session.logDirectory;
    if (directory === undefined || this.#reached >= to) return;
    this.#reached = await replayLog(
      directory,
      { from: this.#reached, to },
      {
        credit: () => this.#nextCredit(),
        data: (stream, offset, bytes) => {
          this.#credit -= bytes.length;
          this.#handlers.data(stream, offset, bytes);
        },
        skipped: (from, until) => this.#handlers.skipped(from, until),
      },
    );
  }

  async #nextCredit(): Promise<number | undefined> {
    while (this.#credit <= 0 && !this.#done) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return this.#done ? undefined : this.#credit;
  }

  /** Runs a step once the caller of `open` has seen `opened`. */
  #afterOpen(step: () => Promise<void>): void {
    this.#guard(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await step();
    });
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
    if (this.#container.viewers.delete(this)) this.#tellWatched();
    this.#container.notify();
    this.#wake?.();
  }
}
