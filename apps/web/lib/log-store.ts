import { parseCri } from '@boxyard/spec';

export interface LogLine {
  /** Grows by one; stays a line's own when older lines are dropped. */
  number: number;
  time: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

/** Lines kept in the browser: older ones are dropped and counted, memory never grows with the log. */
export const MAX_LINES = 20_000;
/** A longer line is folded: one 10 MB line must not hurt. */
export const MAX_LINE_CHARACTERS = 16_384;

/** The tail of a log as lines, fed with CRI records. */
export class LogStore {
  #lines: LogLine[] = [];
  #open: Partial<Record<LogLine['stream'], LogLine>> = {};
  #next = 0;
  /** Lines no longer held. */
  dropped = 0;
  /** Bytes the agent could not give. */
  skippedBytes = 0;
  /** Why no more comes: the box has stopped, or what went wrong. */
  end: { failure: string | null } | undefined;
  /** Changes with every change; for useSyncExternalStore. */
  version = 0;
  readonly #listeners = new Set<() => void>();
  #flush: Promise<void> | undefined;

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** Settles when what was pushed is on the screen: the credit granted then keeps a flood at the pace of the page. */
  push(records: Uint8Array): Promise<void> {
    for (const { time, stream, tag, text } of parseCri(records)) {
      if (tag === 'G') {
        this.skippedBytes += Number(text);
        continue;
      }
      const open = this.#open[stream];
      if (open) append(open, text);
      else this.#add({ number: this.#next++, time, stream, text: fold(text) }, tag === 'P');
      if (tag === 'F') delete this.#open[stream];
    }
    this.#trim();
    return this.#changed();
  }

  skip(bytes: number): void {
    this.skippedBytes += bytes;
    void this.#changed();
  }

  /** Nothing follows; `failure` says why when that is no good sign. */
  finish(failure: string | null): void {
    this.end = { failure };
    void this.#changed();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #add(line: LogLine, unfinished: boolean): void {
    this.#lines.push(line);
    if (unfinished) this.#open[line.stream] = line;
  }

  /** In steps of an eighth, so that a flood does not copy the array for every line. */
  #trim(): void {
    if (this.#lines.length <= MAX_LINES * 1.125) return;
    const extra = this.#lines.length - MAX_LINES;
    this.#lines = this.#lines.slice(extra);
    this.dropped += extra;
  }

  /** One notification a frame, however much arrives. */
  #changed(): Promise<void> {
    this.version++;
    this.#flush ??= new Promise((resolve) =>
      requestAnimationFrame(() => {
        this.#flush = undefined;
        for (const listener of this.#listeners) listener();
        resolve();
      }),
    );
    return this.#flush;
  }
}

function append(line: LogLine, text: string): void {
  if (line.text.length < MAX_LINE_CHARACTERS) line.text = fold(line.text + text);
}

function fold(text: string): string {
  return text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)} … (line goes on)` : text;
}
