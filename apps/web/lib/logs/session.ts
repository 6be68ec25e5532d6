import type { LogsChannel } from '@boxyard/api/client';
import type { BoxError } from '@boxyard/spec';
import { frames } from '../connection';
import type { Histogram } from './histogram';
import type { Frame, FromWorker, Screen, TextLine, ToWorker } from './messages';
import type { Query } from './query';

export interface LogContainer {
  id: string;
  name: string;
}
/** Where reading begins: at the end, at a moment (RFC 3339), or at an offset of the first box. */
export type Start =
  | { kind: 'tail' }
  | { kind: 'time'; since: string }
  | { kind: 'offset'; source: number; offset: number };

/** What the viewer shows of a session. */
export interface LogView {
  frame: Frame | null;
  histogram: Histogram | null;
  /** By box: still read, at its end because the box has stopped, or why not. */
  ends: (null | { error: BoxError | null })[];
  /** A page of older lines is on its way. */
  paging: boolean;
  /** Go to this row; another object, another time. */
  target: { row: number; place: number } | null;
  /** Nothing older is there. */
  atStart: boolean;
}

/** Lines fetched when a log is opened: there at once, more than a screen. */
const TAIL_LINES = 1_000;
/** A page of older lines. */
const PAGE_LINES = 2_000;
/** So much context before a line that was gone to. */
const LEAD_LINES = 300;
/** Falling behind this far for this long: the viewer goes to the end, and says what it left out. */
const BEHIND_MS = 2_000;
const EMPTY: LogView = {
  frame: null,
  histogram: null,
  ends: [],
  paging: false,
  target: null,
  atStart: false,
};

interface Source {
  container: LogContainer;
  live: LogsChannel | null;
  pages: Set<LogsChannel>;
  /** Its oldest line is held. */
  exhausted: boolean;
}

/** One viewer's logs: streams and pages of the agent go to its Worker, the rows to show come back. */
export class LogSession {
  readonly #worker: Worker;
  readonly #sources: Source[];
  readonly #listeners = new Set<() => void>();
  readonly #taken = new Map<number, () => void>();
  readonly #texts = new Map<number, (lines: TextLine[]) => void>();
  #nextId = 1;
  #view: LogView;
  #screen: Screen = { from: 0, to: 100, first: 0, follow: true };
  #behindSince: number | null = null;
  #awaited: ToWorker | null = null;
  #closed = false;

  constructor(containers: readonly LogContainer[], start: Start) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { name: 'logs' });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    this.#sources = containers.map((container) => ({
      container,
      live: null,
      pages: new Set(),
      exhausted: false,
    }));
    this.#view = { ...EMPTY, ends: containers.map(() => null) };
    this.open(start);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  get view(): LogView {
    return this.#view;
  }

  /** Forgets what is held and begins elsewhere. */
  open(start: Start): void {
    this.#closeChannels();
    this.#post({ type: 'reset', names: this.#sources.map(({ container }) => container.name) });
    this.#awaited = null;
    for (const [index, source] of this.#sources.entries()) {
      source.exhausted = false;
      if (start.kind === 'tail') this.#read(index, { tail: TAIL_LINES });
      else if (start.kind === 'time') this.#read(index, { since: start.since });
      else if (index === start.source) this.#read(index, { offset: start.offset });
      else this.#read(index, { tail: TAIL_LINES });
    }
    if (start.kind === 'time') this.#awaited = { type: 'gotoTime', time: Date.parse(start.since) };
    if (start.kind === 'offset') this.#awaited = { type: 'goto', source: start.source, offset: start.offset };
    this.#change({ ends: this.#sources.map(() => null), target: null, atStart: false, paging: false });
  }

  /** A box began anew: its log goes on where it ended. */
  restarted(index: number): void {
    const source = this.#sources[index];
    if (!source || source.live || !this.#view.ends[index]) return;
    this.#goOn(index);
  }

  setQuery(query: Query): void {
    this.#post({ type: 'query', query });
  }
  setColumns(columns: number): void {
    this.#post({ type: 'columns', columns });
  }
  setScreen(screen: Screen): void {
    this.#screen = screen;
    this.#post({ type: 'screen', ...screen });
  }
  find(direction: 1 | -1): void {
    this.#post({ type: 'find', direction });
  }
  goToTime(time: number): void {
    this.#post({ type: 'gotoTime', time });
  }

  /** Goes to an offset: at once when it is held, else by reading there. */
  goToOffset(index: number, offset: number): void {
    const held = this.#view.frame?.sources[index];
    if (held && offset >= held.start && offset < held.end) {
      this.#post({ type: 'goto', source: index, offset });
    } else {
      this.open({ kind: 'offset', source: index, offset });
    }
  }

  /** Lines shown at places [from, to] as text. */
  text(from: number, to: number): Promise<TextLine[]> {
    const id = this.#nextId++;
    this.#post({ type: 'text', id, from, to });
    return new Promise((resolve) => this.#texts.set(id, resolve));
  }

  /** Reads a page of lines before the oldest held. */
  older(): void {
    if (this.#view.paging || this.#view.atStart) return;
    const states = this.#view.frame?.sources ?? [];
    // The box whose lines begin last: before that moment the others stand alone.
    let index = -1;
    for (const [at, source] of this.#sources.entries()) {
      const since = states[at]?.startOrder ?? Number.NEGATIVE_INFINITY;
      if (!source.exhausted && since > (states[index]?.startOrder ?? Number.NEGATIVE_INFINITY)) index = at;
    }
    const state = states[index];
    if (!state) return;
    this.#page(index, { before: state.start, tail: this.#awaited ? LEAD_LINES : PAGE_LINES });
  }

  /** Reads on where the newest lines were dropped. */
  newer(): void {
    for (const [index, source] of this.#sources.entries()) {
      if (!source.live && !this.#view.ends[index]) this.#goOn(index);
    }
  }

  /** Reads the end of a hole. */
  fill(index: number, hole: { offset: number; bytes: number }): void {
    if (this.#view.paging) return;
    this.#page(index, { before: hole.offset + hole.bytes, tail: PAGE_LINES }, hole.offset);
  }

  close(): void {
    this.#closed = true;
    this.#closeChannels();
    this.#worker.terminate();
    for (const settle of this.#taken.values()) settle();
  }

  #goOn(index: number): void {
    const offset = this.#view.frame?.sources[index]?.end;
    this.#read(index, offset === undefined ? { tail: TAIL_LINES } : { offset });
    this.#change({ ends: this.#view.ends.with(index, null) });
  }

  #read(index: number, from: { tail?: number; since?: string; offset?: number }): void {
    const source = this.#sources[index] as Source;
    const reader = this.#nextId++;
    this.#post({ type: 'reader', reader, source: index, kind: 'live' });
    const ended = (error: BoxError | null) => {
      source.live = null;
      this.#change({ ends: this.#view.ends.with(index, { error }) });
    };
    source.live = frames().logs(
      { container: source.container.id, follow: true, ...from },
      {
        data: (bytes, offset) => this.#give(reader, bytes, offset),
        skipped: (_, to) => this.#post({ type: 'skipped', source: index, to }),
        end: () => ended(null),
        error: ended,
      },
    );
  }

  #page(index: number, from: { before: number; tail: number }, hole?: number): void {
    const source = this.#sources[index] as Source;
    const reader = this.#nextId++;
    let any = false;
    this.#post({ type: 'reader', reader, source: index, kind: 'page', hole });
    const done = (): void => {
      source.pages.delete(channel);
      this.#post({ type: 'end', reader });
      if (!any && hole === undefined) source.exhausted = true;
      this.#change({ paging: false, atStart: this.#sources.every(({ exhausted }) => exhausted) });
    };
    this.#change({ paging: true });
    const channel = frames().logs(
      { container: source.container.id, follow: false, ...from },
      {
        data: (bytes, offset) => {
          any = true;
          return this.#give(reader, bytes, offset);
        },
        end: done,
        error: done,
      },
    );
    source.pages.add(channel);
  }

  /** Settles when the Worker took the block and has room for more. */
  #give(reader: number, bytes: Uint8Array, offset: number): Promise<void> {
    const id = this.#nextId++;
    // A copy: the frame shares its memory with others of the same message.
    const own = bytes.slice();
    this.#worker.postMessage({ type: 'records', reader, id, bytes: own, offset } satisfies ToWorker, [
      own.buffer,
    ]);
    return new Promise((resolve) => this.#taken.set(id, resolve));
  }

  #receive(message: FromWorker): void {
    if (message.type === 'frame') this.#frame(message.frame);
    else if (message.type === 'histogram') this.#change({ histogram: message.histogram });
    else if (message.type === 'goto') this.#change({ target: { row: message.row, place: message.place } });
    else if (message.type === 'taken') {
      this.#taken.get(message.id)?.();
      this.#taken.delete(message.id);
    } else {
      this.#texts.get(message.id)?.(message.lines);
      this.#texts.delete(message.id);
    }
  }

  #frame(frame: Frame): void {
    if (frame.cut) {
      for (const source of this.#sources) {
        source.live?.close();
        source.live = null;
      }
    }
    this.#change({ frame });
    if (this.#awaited && frame.shown > 0) this.#arrive();
    this.#catchUp(frame.behind);
  }

  /** What was gone to has come: some lines before it are read too, so that it stands in its context. */
  #arrive(): void {
    this.older();
    this.#post(this.#awaited as ToWorker);
    this.#awaited = null;
  }

  #catchUp(behind: number): void {
    const now = Date.now();
    if (!this.#screen.follow || behind < BEHIND_MS) this.#behindSince = null;
    else this.#behindSince ??= now;
    if (this.#behindSince === null || now - this.#behindSince < BEHIND_MS) return;
    this.#behindSince = null;
    this.toEnd();
  }

  /** Leaves out what lies between what is held and the end. */
  toEnd(): void {
    for (const [index, source] of this.#sources.entries()) {
      if (this.#view.ends[index]) continue;
      source.live?.close();
      this.#read(index, { tail: TAIL_LINES });
    }
  }

  #closeChannels(): void {
    for (const source of this.#sources) {
      source.live?.close();
      source.live = null;
      for (const page of source.pages) page.close();
      source.pages.clear();
    }
  }

  #post(message: ToWorker): void {
    if (!this.#closed) this.#worker.postMessage(message);
  }

  #change(change: Partial<LogView>): void {
    if (this.#closed) return;
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
