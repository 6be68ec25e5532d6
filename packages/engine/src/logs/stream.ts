import { watch } from 'node:fs';
import { BoxError, CRI_TIME_BYTES } from '@boxyard/spec';
import type { LogsHandle, LogsHandlers, LogsRequest } from '../streams.ts';
import { LogCursor, type LogPiece, READ_BYTES } from './cursor.ts';
import { measureRecords } from './measure.ts';
import { type Found, seekForward, seekTail } from './seek.ts';
import type { Segment } from './segments.ts';
import { logTime } from './time.ts';

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
  const stream = new LogStream(source, { found: await seek(source, request), until, request }, handlers);
  stream.start();
  return stream;
}

async function seek(source: LogSource, request: LogsRequest): Promise<Found> {
  const since = request.since === undefined ? undefined : logTime(request.since);
  const { directory } = source;
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
    this.#follow = options.request.follow;
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

  /** False when `until` was passed. */
  #deliver(piece: Exclude<LogPiece, { kind: 'end' }>): boolean {
    if (piece.kind === 'skipped') {
      this.#handlers.skipped(piece.from, piece.to);
      return true;
    }
    const within = this.#until === undefined ? piece.bytes : recordsUntil(piece.bytes, this.#until);
    if (within.length > 0) {
      this.#credit -= within.length;
      this.#handlers.data(piece.offset, within);
    }
    return within.length === piece.bytes.length;
  }
}

function recordsUntil(bytes: Buffer, until: string): Buffer {
  const { end } = measureRecords(
    bytes,
    { from: 0, end: bytes.length },
    (at) => bytes.toString('latin1', at, at + CRI_TIME_BYTES) > until,
  );
  return bytes.subarray(0, end);
}
