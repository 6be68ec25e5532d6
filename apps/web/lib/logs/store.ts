import { parseAnsi } from './ansi';
import { cellsOf } from './cells';
import { compareLines, FOLD_AT, FOLDED_SHOWS, type LogLine } from './line';
import { LineList } from './line-list';
import { compileQuery, type Matcher, NO_QUERY } from './query';

/** What a line costs beside its text: the object, its place in the lists. Measured in Chromium, rounded up. */
const LINE_BYTES = 160;
/** A folded line says how long it is before its text. */
const FOLD_CELLS = 24;
/** Trimming goes a little below the budget, so that a flood does not trim for each line. */
const TRIM_TO = 7 / 8;

/** What is held of one log, as content offsets. */
export interface Held {
  start: number;
  /** Order of the oldest line. */
  startOrder: number;
  end: number;
  /** Order of the newest line; later ones are never before it. */
  order: number;
}

/**
 * The lines that are held of one or several logs, merged by time, within a budget of bytes; those that a query shows; and in which row
 * of the screen each begins. Places and rows are absolute: they stay while lines come and go at both ends.
 */
export class LogStore {
  readonly lines = new LineList<LogLine>();
  /** The lines shown. */
  readonly view = new LineList<LogLine>();
  /** The first row of each line shown; only while lines wrap (else row and place are the same). */
  readonly #rows = new LineList<number>();
  #rowsEnd = 0;
  /** Places in `view` that match, ascending. */
  matches: number[] = [];
  readonly held: (Held | undefined)[] = [];
  #bytes = 0;
  readonly #budget: number;
  #matcher: Matcher = compileQuery(NO_QUERY);
  /** Cells of a row while lines wrap; 0: they do not. */
  #columns = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get matcher(): Matcher {
    return this.#matcher;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get overBudget(): boolean {
    return this.#bytes > this.#budget;
  }
  get firstRow(): number {
    return this.#columns ? (this.#rows.at(this.view.first) ?? this.#rowsEnd) : this.view.first;
  }
  get endRow(): number {
    return this.#columns ? this.#rowsEnd : this.view.end;
  }

  /** Place of the line shown in a row, within what there is. */
  placeOfRow(row: number): number {
    const place = this.#columns ? this.#rows.search((start) => start > row) - 1 : row;
    return Math.max(this.view.first, Math.min(place, this.view.end - 1));
  }

  rowOfPlace(place: number): number {
    return this.#columns ? (this.#rows.at(place) ?? this.#rowsEnd) : place;
  }

  /** Rows that a line takes. */
  heightOf(line: LogLine): number {
    if (!this.#columns || line.hole) return 1;
    const cells = cellsOf(
      parseAnsi(shownText(line))
        .map(({ text }) => text)
        .join(''),
    );
    const words = isFolded(line) ? FOLD_CELLS : 0;
    return Math.max(1, Math.ceil((cells + words) / this.#columns));
  }

  setQuery(matcher: Matcher): void {
    this.#matcher = matcher;
    this.#rebuild([...this.lines]);
  }

  /** 0: long lines are not wrapped. */
  setColumns(columns: number): void {
    if (columns === this.#columns) return;
    this.#columns = columns;
    this.#rebuild([...this.lines]);
  }

  clear(): void {
    this.held.length = 0;
    this.#rebuild([]);
  }

  /**
   * What a stretch [start, end) of a log brought: lines that follow what is held. What is held already is dropped; a hole is marked.
   * The stretch may begin with the rest of a line that began before.
   */
  append(source: number, lines: LogLine[], { start, end }: { start: number; end: number }): void {
    const held = this.held[source];
    const fresh = held ? lines.filter(({ offset }) => offset >= held.end) : lines;
    let order = held?.order ?? Number.NEGATIVE_INFINITY;
    for (const line of fresh) {
      line.order = Math.max(line.time, order);
      order = line.order;
    }
    const [first] = fresh;
    this.held[source] = {
      start: held?.start ?? first?.offset ?? end,
      startOrder: held?.startOrder ?? first?.order ?? Number.POSITIVE_INFINITY,
      end: Math.max(end, held?.end ?? 0),
      order,
    };
    if (held && start > held.end) {
      const next = { source, offset: start, time: held.order, order: first?.order ?? order } as LogLine;
      fresh.unshift(hole(held.end, next, 'skipped'));
    }
    this.insert(fresh);
  }

  /** Nothing is there any more from what is held of a log to `to`. */
  skip(source: number, to: number): void {
    const held = this.held[source];
    if (!held || to <= held.end) return;
    const at = { source, offset: to, order: held.order, time: held.order } as LogLine;
    this.insert([hole(held.end, at, 'gone')]);
    held.end = to;
  }

  /** Lines that lie before what is held of their log, or within one of its holes. */
  fill(source: number, lines: LogLine[], into?: LogLine): void {
    const held = this.held[source];
    if (!held) return;
    const before = into ? into.offset + into.bytes : held.start;
    const from = into?.offset ?? 0;
    const fitting = lines.filter(({ offset }) => offset < before && offset >= from);
    let order = into?.order ?? held.startOrder;
    for (const line of fitting.toReversed()) {
      line.order = Math.min(line.time, order);
      order = line.order;
    }
    const [first] = fitting;
    if (!into) {
      if (first) {
        held.start = first.offset;
        held.startOrder = first.order;
      }
      this.insert(fitting);
      return;
    }
    const others = [...this.lines].filter((line) => line !== into);
    if (!first) others.push({ ...into, hole: 'gone' });
    else if (first.offset > from) others.push(hole(from, first, 'skipped'));
    this.#rebuild([...others, ...fitting].sort(compareLines));
  }

  /** An open line grew. */
  update(line: LogLine): void {
    const place = this.lines.search((other) => compareLines(other, line) >= 0);
    if (this.lines.at(place) !== line) return;
    this.#appendAll(this.#cut(place, line));
  }

  /** Puts lines (in order) where they belong. */
  insert(batch: LogLine[]): void {
    const [first] = batch;
    if (!first) return;
    const place = this.lines.search((other) => compareLines(other, first) > 0);
    if (place === this.lines.end) {
      this.#appendAll(batch);
    } else if (place === this.lines.first) {
      this.#rebuild([...batch, ...this.lines].sort(compareLines));
    } else {
      this.#appendAll([...batch, ...this.#cut(place, first)].sort(compareLines));
    }
  }

  /** Drops the oldest lines until the budget is kept. */
  trimFront(): void {
    let count = 0;
    let bytes = this.#bytes;
    for (const line of this.lines) {
      if (bytes <= this.#budget * TRIM_TO) break;
      bytes -= costOf(line);
      count += 1;
      const held = this.held[line.source];
      if (!held) continue;
      held.start = Math.max(held.start, line.offset + line.bytes);
      held.startOrder = line.order;
    }
    const kept = this.lines.at(this.lines.first + count);
    this.#bytes = bytes;
    this.lines.shift(count);
    const place = kept ? this.view.search((line) => compareLines(line, kept) >= 0) : this.view.end;
    this.#rows.shift(place - this.view.first);
    this.view.shift(place - this.view.first);
    const gone = this.matches.findIndex((match) => match >= this.view.first);
    this.matches.splice(0, gone === -1 ? this.matches.length : gone);
  }

  /** Drops the newest lines until the budget is kept: reading goes on before them. */
  trimBack(): void {
    let bytes = this.#bytes;
    let place = this.lines.end;
    for (; place > this.lines.first && bytes > this.#budget * TRIM_TO; place -= 1)
      bytes -= costOf(this.lines.at(place - 1) as LogLine);
    const first = this.lines.at(place);
    if (!first) return;
    for (const line of this.#cut(place, first)) {
      const held = this.held[line.source];
      if (!held) continue;
      held.end = Math.min(held.end, line.offset);
      held.order = Math.min(held.order, line.order);
    }
  }

  /** Takes everything from a place in `lines` on off all lists; `line` stands there. */
  #cut(place: number, line: LogLine): LogLine[] {
    const shown = this.view.search((other) => compareLines(other, line) >= 0);
    this.#rowsEnd = this.#columns ? this.rowOfPlace(shown) : this.#rowsEnd;
    this.view.cut(shown);
    this.#rows.cut(shown);
    while ((this.matches.at(-1) ?? -Infinity) >= shown) this.matches.pop();
    const lines = this.lines.cut(place);
    for (const cut of lines) this.#bytes -= costOf(cut);
    return lines;
  }

  /** The same lists made anew of `lines`; the newest line keeps its place. */
  #rebuild(lines: LogLine[]): void {
    const shown = lines.filter((line) => this.#matcher.shows(line));
    const end = this.view.end;
    const endRow = this.endRow;
    this.lines.clear(this.lines.end - lines.length);
    this.view.clear(end - shown.length);
    this.#rows.clear(this.view.first);
    this.matches = [];
    this.#bytes = 0;
    const rows = this.#columns ? shown.reduce((sum, line) => sum + this.heightOf(line), 0) : 0;
    this.#rowsEnd = endRow - rows;
    this.#appendAll(lines);
  }

  #appendAll(lines: readonly LogLine[]): void {
    const matcher = this.#matcher;
    for (const line of lines) {
      this.lines.push(line);
      this.#bytes += costOf(line);
      if (!matcher.shows(line)) continue;
      if (matcher.active && matcher.matches(line)) this.matches.push(this.view.end);
      this.view.push(line);
      if (!this.#columns) continue;
      this.#rows.push(this.#rowsEnd);
      this.#rowsEnd += this.heightOf(line);
    }
  }
}

const isFolded = ({ text }: LogLine): boolean => text.length > FOLD_AT;

/** What a row shows of a line's text. */
export function shownText(line: LogLine): string {
  return isFolded(line) ? line.text.slice(0, FOLDED_SHOWS) : line.text;
}

function costOf({ text }: LogLine): number {
  return LINE_BYTES + text.length;
}

/** A hole from `from` to where `next` begins, shown before it. */
function hole(from: number, next: LogLine, kind: NonNullable<LogLine['hole']>): LogLine {
  return {
    source: next.source,
    offset: from,
    bytes: next.offset - from,
    time: next.time,
    order: next.order,
    stream: 'stdout',
    level: undefined,
    text: '',
    more: 0,
    hole: kind,
  };
}
