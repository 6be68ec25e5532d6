import { watch } from 'node:fs';
import { BoxError, CRI_TIME_BYTES } from '@boxyard/spec';
import type { LogsHandle, LogsHandlers, LogsRequest } from '../streams.ts';
import { LogCursor, type LogPiece, READ_BYTES } from './cursor.ts';
import { measureRecords } from './measure.ts';
import { type Found, seekBefore, seekForward, seekTail } from './seek.ts';
import type { Segment } from './segments.ts';
import { logTime } from './time.ts';

/** A flood rotates a segment in a fraction of a second; seeking takes milliseconds. */
const SEEK_TRIES = 5;

export interface LogSource {
  directory: string;
  /** Whether something may still be written. */
  alive(): boolean;
  /** Tells when that changes; returns the end of listening. */
  onEnded(listener: () => void): () => void;
  /** Content offset of the end of a segment's whole records, if that is known without reading it. */
  endOffset?: (segment: Segment, size: number) => Promise<number | undefined>;
}

/**
 * Streams a log's records to `handlers` as credit allows, then ends, or with `follow` goes on until the container ended. Throws
 * INVALID_ARGUMENT for a malformed time; later failures go to `handlers.error`.
 */
export async function openLogs(
  source: LogSource,
  request: LogsRequest,
  handlers: LogsHandlers,
): Promise<LogsHandle> {
  const until = request.until === undefined ? undefined : logTime(request.until);
  const stream = new LogStream(source, { found: await seekAgain(source, request), until, request }, handlers);
  stream.start();
  return stream;
}

/** A segment may be rotated away between the listing and its opening: then there is a new listing to look at. */
async function seekAgain(source: LogSource, request: LogsRequest): Promise<Found> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await seek(source, request);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === SEEK_TRIES) throw error;
    }
  }
}

async function seek(source: LogSource, request: LogsRequest): Promise<Found> {
  const since = request.since === undefined ? undefined : logTime(request.since);
  const { directory } = source;
  if (request.before !== undefined && request.offset === undefined && request.tail !== undefined)
    return seekBefore(directory, request.before, request.tail);
  if (request.offset !== undefined) return seekForward(directory, { kind: 'offset', offset: request.offset });
  const byTime = since === undefined ? undefined : await seekForward(directory, { kind: 'time', since });
  if (request.tail === undefined) return byTime ?? seekForward(directory, { kind: 'start' });
  const byTail = await seekTail(directory, request.tail, source.endOffset);
  return byTime && byTime.offset > byTail.offset ? byTime : byTail;
}

class LogStream implements LogsHandle {
  readonly #source: LogSource;
  readonly #handlers: LogsHandlers;
  readonly #cursor: LogCursor;
  readonly #until: string | undefined;
  /** Content offset to end before. */
  readonly #before: number;
  readonly #follow: boolean;
  /** Skips of a client that resumes are told from where it was. */
  readonly #from: number | undefined;
  #credit: number;
  #closed = false;
  /** Set when something may have changed since the pump looked last. */
  #stirred = true;
  #wake: (() => void) | undefined;

  constructor(
    source: LogSource,
    options: { found: Found; until: string | undefined; request: LogsRequest },
    handlers: LogsHandlers,
  ) {
    this.#source = source;
    this.#handlers = handlers;
    this.#until = options.until;
    this.#before = options.request.before ?? Number.POSITIVE_INFINITY;
    this.#follow = options.request.follow && options.request.before === undefined;
    this.#credit = options.request.credit;
    this.#from = options.request.offset;
    this.#cursor = new LogCursor(source.directory, options.found);
  }

  start(): void {
    this.#run().catch((error: unknown) => {
      if (!this.#closed) this.#handlers.error(BoxError.from(error));
      this.#closed = true;
    });
  }

  credit(bytes: number): void {
    this.#credit += bytes;
    this.#stir();
  }

  close(): void {
    this.#closed = true;
    this.#stir();
  }

  #stir(): void {
    this.#stirred = true;
    this.#wake?.();
  }

  async #stirring(): Promise<void> {
    if (!this.#stirred) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#stirred = false;
  }

  async #run(): Promise<void> {
    using watching = new DisposableStack();
    if (this.#follow && this.#source.alive()) {
      watching.defer(this.#source.onEnded(() => this.#stir()));
      const watcher = watch(this.#source.directory, { persistent: false }, () => this.#stir());
      watcher.on('error', () => this.#stir());
      watching.defer(() => watcher.close());
    }
    try {
      if (await this.#pump()) this.#handlers.end();
    } finally {
      this.#closed = true;
      await this.#cursor.close();
    }
  }

  /** True when the end was reached, false when the viewer left. */
  async #pump(): Promise<boolean> {
    if (this.#from !== undefined && this.#cursor.offset > this.#from) {
      this.#handlers.skipped(this.#from, this.#cursor.offset);
    }
    for (;;) {
      // Asked before reading: what was written before it ended is then read for certain.
      const alive = this.#follow && this.#source.alive();
      while (!this.#closed && this.#credit <= 0) await this.#stirring();
      if (this.#closed) return false;
      if (this.#cursor.offset >= this.#before) return true;
      const piece = await this.#cursor.next(Math.min(this.#credit, READ_BYTES));
      if (this.#closed) return false;
      if (piece.kind === 'end') {
        if (!alive) return true;
        await this.#stirring();
      } else if (!this.#deliver(piece)) {
        return true;
      }
    }
  }

  /** False when `until` or `before` was passed. */
  #deliver(piece: Exclude<LogPiece, { kind: 'end' }>): boolean {
    if (piece.kind === 'skipped') {
      this.#handlers.skipped(piece.from, piece.to);
      return true;
    }
    const within = this.#within(piece);
    if (within.length > 0) {
      this.#credit -= within.length;
      this.#handlers.data(piece.offset, within);
    }
    return within.length === piece.bytes.length;
  }

  #within({ bytes, offset, content }: Extract<LogPiece, { kind: 'records' }>): Buffer {
    const until = this.#until;
    if (until === undefined && offset + content <= this.#before) return bytes;
    const { end } = measureRecords(
      bytes,
      { from: 0, end: bytes.length },
      (at, before) =>
        offset + before >= this.#before ||
        (until !== undefined && bytes.toString('latin1', at, at + CRI_TIME_BYTES) > until),
    );
    return bytes.subarray(0, end);
  }
}
