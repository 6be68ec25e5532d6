import { parseAnsi, type Span } from './ansi';
import type { LogLine } from './line';
import type { Matcher } from './query';
import { type LogStore, shownText } from './store';

export interface MarkedSpan extends Span {
  /** Found by the search; `current` is the one that next and previous go from. */
  mark?: 'found' | 'current';
}

/** One line as the screen shows it. */
export interface Row {
  place: number;
  /** First row and how many. */
  row: number;
  height: number;
  source: number;
  offset: number;
  bytes: number;
  time: number;
  level: LogLine['level'];
  stream: LogLine['stream'];
  spans: MarkedSpan[];
  /** Bytes that the row does not show. */
  folded: number;
  hole?: LogLine['hole'];
}

/** The lines that stand in rows [from, to). */
export function rowsBetween(
  store: LogStore,
  { from, to }: { from: number; to: number },
  current: number | null,
): Row[] {
  const rows: Row[] = [];
  if (store.view.length === 0) return rows;
  for (let place = store.placeOfRow(from); place < store.view.end; place += 1) {
    const row = store.rowOfPlace(place);
    if (row >= to) break;
    rows.push(rowOf(store, place, { row, current: place === current }));
  }
  return rows;
}

function rowOf(store: LogStore, place: number, { row, current }: { row: number; current: boolean }): Row {
  const line = store.view.at(place) as LogLine;
  const shown = shownText(line);
  const { source, offset, bytes, time, level, stream, hole } = line;
  const folded = line.more + line.text.length - shown.length;
  const spans = markSpans(parseAnsi(shown), store.matcher, current);
  const height = store.heightOf(line);
  return {
    place,
    row,
    height,
    source,
    offset,
    bytes,
    time,
    level,
    stream,
    spans,
    folded,
    ...(hole && { hole }),
  };
}

/** Cuts spans where matches begin and end. */
export function markSpans(spans: Span[], matcher: Matcher, current: boolean): MarkedSpan[] {
  if (!matcher.active) return spans;
  const ranges = matcher.ranges(spans.map(({ text }) => text).join(''));
  if (ranges.length === 0) return spans;
  const mark = current ? 'current' : 'found';
  const out: MarkedSpan[] = [];
  let at = 0;
  let next = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    for (let from = at; from < end; ) {
      while (next < ranges.length && (ranges[next] as [number, number])[1] <= from) next += 1;
      const [start, stop] = ranges[next] ?? [end, end];
      const inside = start <= from;
      const to = Math.min(end, inside ? stop : start);
      out.push({ ...span, text: span.text.slice(from - at, to - at), ...(inside && { mark }) });
      from = to;
    }
    at = end;
  }
  return out;
}
