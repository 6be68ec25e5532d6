/** What the page and the Worker of a log viewer say to each other. */
import type { Histogram } from './histogram';
import type { LogLine } from './line';
import type { Query } from './query';
import type { Row } from './rows';
import type { Held } from './store';

/** Rows that are wanted, the first one that is really seen, and whether the newest are. */
export interface Screen {
  from: number;
  to: number;
  first: number;
  follow: boolean;
}

export type ToWorker =
  /** Forget everything: other boxes, or another place. */
  | { type: 'reset'; names: string[] }
  /** Whole CRI records of a reader (a stream that goes on, or a page). Answered by `taken` with the same `id`. */
  | { type: 'records'; reader: number; id: number; bytes: Uint8Array; offset: number }
  | { type: 'reader'; reader: number; source: number; kind: 'live' }
  /** A page: lines before those held, or of a hole; they are put in at its end. */
  | { type: 'reader'; reader: number; source: number; kind: 'page'; hole?: number | undefined }
  | { type: 'end'; reader: number }
  | { type: 'skipped'; source: number; to: number }
  | { type: 'query'; query: Query }
  | { type: 'columns'; columns: number }
  /** Rows to show. `follow`: the newest stay in sight, and the oldest are dropped for them. */
  | ({ type: 'screen' } & Screen)
  /** To the next match, or the one before; the first time from what is on the screen. */
  | { type: 'find'; direction: 1 | -1 }
  /** To the line at an offset or a moment. */
  | { type: 'goto'; source: number; offset: number }
  | { type: 'gotoTime'; time: number }
  | { type: 'text'; id: number; from: number; to: number };

/** Everything the screen shows, at most once per few milliseconds. */
export interface Frame {
  firstRow: number;
  endRow: number;
  rows: Row[];
  /** Lines held and shown. */
  held: number;
  shown: number;
  bytes: number;
  /** Grows by each line that was shown at the end. */
  endPlace: number;
  matches: number;
  /** The match that was gone to last: which one (from 1), and where. */
  current: { number: number; place: number; row: number } | null;
  error: string | null;
  sources: (Held | null)[];
  /** Offset at the bottom cut off: streams must be opened anew to read on. */
  cut: boolean;
  /** How far behind the newest line is, in milliseconds, judged by the nearest it ever was. */
  behind: number;
}

export type FromWorker =
  | { type: 'frame'; frame: Frame }
  | { type: 'taken'; id: number }
  | { type: 'histogram'; histogram: Histogram | null }
  /** Go to this row: a match, an offset, a moment. */
  | { type: 'goto'; place: number; row: number }
  | { type: 'text'; id: number; lines: TextLine[] };

/** A line as text, for details and copying. */
export interface TextLine
  extends Pick<LogLine, 'source' | 'offset' | 'bytes' | 'time' | 'stream' | 'level' | 'more'> {
  text: string;
}
