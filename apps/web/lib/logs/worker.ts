/** The log viewer's memory and work: parsing, searching, merging. The page holds only the rows it shows. */
import { plainText } from './ansi';
import { histogramOf } from './histogram';
import { compareLines, type LogLine } from './line';
import type { Frame, FromWorker, Screen, TextLine, ToWorker } from './messages';
import { compileQuery } from './query';
import { LogReader } from './reader';
import { rowsBetween } from './rows';
import { LogStore } from './store';

/** Text and tables of all lines held; what a tab may take for its logs without anybody noticing. */
const BUDGET_BYTES = 32 * 1024 * 1024;
/** While somebody reads further up, no more than this is taken after the last row they see. */
const AHEAD_ROWS = 20_000;
/** One frame a picture. */
const FRAME_MS = 16;
/** Bars that fit a narrow screen. */
const HISTOGRAM_BARS = 96;
const HISTOGRAM_MS = 500;
/** Lines that are copied at once. */
const TEXT_LINES_MAX = 50_000;

interface Reader {
  source: number;
  parser: LogReader;
  /** Of a page: what it brought so far, and the hole it is for (an offset). */
  page?: { lines: LogLine[]; hole: number | undefined };
}

const store = new LogStore(BUDGET_BYTES);
const readers = new Map<number, Reader>();
let sources = 0;
let screen: Screen = { from: 0, to: 100, first: 0, follow: true };
let current: number | null = null;
let cut = false;
let behind = 0;
/** The nearest that a line's time ever was to ours: the clocks' difference. */
let nearest = Number.POSITIVE_INFINITY;
/** Blocks whose credit is kept back. */
let untaken: number[] = [];
let _frameTimer: ReturnType<typeof setTimeout> | undefined;
let _histogramTimer: ReturnType<typeof setTimeout> | undefined;

const tell = (message: FromWorker): void => postMessage(message);

function changed(): void {
  _frameTimer ??= setTimeout(() => {
    _frameTimer = undefined;
    sendFrame();
  }, FRAME_MS);
  _histogramTimer ??= setTimeout(() => {
    _histogramTimer = undefined;
    tell({ type: 'histogram', histogram: histogramOf(store, HISTOGRAM_BARS) });
  }, HISTOGRAM_MS);
}

function sendFrame(): void {
  const height = screen.to - screen.from;
  const range = screen.follow ? { from: store.endRow - height, to: store.endRow } : screen;
  const number = current === null ? -1 : store.matches.indexOf(current);
  const frame: Frame = {
    firstRow: store.firstRow,
    endRow: store.endRow,
    rows: rowsBetween(store, range, current),
    held: store.lines.length,
    shown: store.view.length,
    bytes: store.bytes,
    endPlace: store.view.end,
    matches: store.matches.length,
    current:
      current === null || number === -1
        ? null
        : { number: number + 1, place: current, row: store.rowOfPlace(current) },
    error: store.matcher.error,
    sources: Array.from({ length: sources }, (_, index) => store.held[index] ?? null),
    cut,
    behind,
  };
  cut = false;
  tell({ type: 'frame', frame });
}

/** Keeps the budget: drops on the side that is further from what is looked at. */
function trim(): void {
  if (!store.overBudget) return;
  const above = screen.from - store.firstRow;
  const below = store.endRow - screen.to;
  if (screen.follow || above > below) {
    store.trimFront();
  } else {
    store.trimBack();
    cut = true;
  }
}

const full = (): boolean => !screen.follow && store.endRow - screen.to > AHEAD_ROWS;

/** Gives credit for what was kept back, once there is room for what follows. */
function release(): void {
  if (full()) return;
  for (const id of untaken) tell({ type: 'taken', id });
  untaken = [];
}

function takeRecords({ reader: number, id, bytes, offset }: Extract<ToWorker, { type: 'records' }>): void {
  const reader = readers.get(number);
  if (!reader) {
    tell({ type: 'taken', id });
    return;
  }
  const { lines, changed: grown, end } = reader.parser.read(bytes, offset);
  if (reader.page) {
    for (const line of lines) reader.page.lines.push(line);
    tell({ type: 'taken', id });
    return;
  }
  const last = lines.at(-1);
  if (last) {
    const distance = Date.now() - last.time;
    nearest = Math.min(nearest, distance);
    behind = distance - nearest;
  }
  store.append(reader.source, lines, { start: offset, end });
  for (const line of grown) store.update(line);
  trim();
  untaken.push(id);
  release();
}

function endPage(number: number): void {
  const reader = readers.get(number);
  readers.delete(number);
  if (!reader?.page) return;
  const { lines, hole } = reader.page;
  let into: LogLine | undefined;
  if (hole !== undefined) {
    for (const line of store.lines) {
      if (line.hole === 'skipped' && line.source === reader.source && line.offset === hole) into = line;
    }
    if (!into) return;
  }
  store.fill(reader.source, lines, into);
  trim();
}

function find({ direction }: Extract<ToWorker, { type: 'find' }>): void {
  const { matches } = store;
  if (matches.length === 0) return;
  // At the end of a log its newest match is the next one, whichever way.
  const first = screen.follow ? store.view.end : store.placeOfRow(screen.first);
  const from = current ?? first;
  const beyond = current === null ? 0 : 1;
  const index =
    direction === 1
      ? matches.findIndex((match) => match >= from + beyond)
      : matches.findLastIndex((match) => match <= from - beyond);
  // After the last comes the first.
  const wrapped = direction === 1 && current !== null ? 0 : -1;
  current = matches.at(index === -1 ? wrapped : index) as number;
  show(current);
}

function goTo(reached: (line: LogLine) => boolean): void {
  if (store.view.length === 0) return;
  show(Math.min(store.view.search(reached), store.view.end - 1));
}

/** The frame goes first: rows count from what the page has seen. */
function show(place: number): void {
  sendFrame();
  tell({ type: 'goto', place, row: store.rowOfPlace(place) });
}

function goToOffset(source: number, offset: number): void {
  const found = [...store.lines].findLast((line) => line.source === source && line.offset <= offset);
  if (found) goTo((line) => compareLines(line, found) >= 0);
}

function textOf(from: number, to: number): TextLine[] {
  const lines: TextLine[] = [];
  for (let place = from; place <= to && lines.length < TEXT_LINES_MAX; place += 1) {
    const line = store.view.at(place);
    if (!line || line.hole) continue;
    const { source, offset, bytes, time, stream, level, more } = line;
    lines.push({ source, offset, bytes, time, stream, level, more, text: plainText(line.text) });
  }
  return lines;
}

function reset(count: number): void {
  sources = count;
  store.clear();
  readers.clear();
  current = null;
  behind = 0;
  nearest = Number.POSITIVE_INFINITY;
  release();
}

const handlers: { [Type in ToWorker['type']]: (message: Extract<ToWorker, { type: Type }>) => void } = {
  reset: ({ names }) => reset(names.length),
  reader({ reader, source, ...rest }) {
    const page = rest.kind === 'page' ? { page: { lines: [], hole: rest.hole } } : {};
    readers.set(reader, { source, parser: new LogReader(source), ...page });
  },
  records: takeRecords,
  end: ({ reader }) => endPage(reader),
  skipped: ({ source, to }) => store.skip(source, to),
  query({ query }) {
    current = null;
    store.setQuery(compileQuery(query));
  },
  columns: ({ columns }) => store.setColumns(columns),
  screen({ type: _, ...wanted }) {
    screen = wanted;
    release();
  },
  find,
  goto: ({ source, offset }) => goToOffset(source, offset),
  gotoTime: ({ time }) => goTo((line) => line.order >= time),
  text: ({ id, from, to }) => tell({ type: 'text', id, lines: textOf(from, to) }),
};

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  (handlers[data.type] as (message: ToWorker) => void)(data);
  changed();
});
