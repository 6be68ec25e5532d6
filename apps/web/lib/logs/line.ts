/** What the log viewer's Worker holds. Text in it is what a box wrote: nothing of it is ever HTML. */

export const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type Level = (typeof LEVELS)[number];
/** `other`: a line that says no level. */
export type Facet = Level | 'other';

export interface LogLine {
  /** Index of its box in the viewer. */
  source: number;
  /** Content offset of its first byte, and how many bytes it is long (its newline included). */
  offset: number;
  bytes: number;
  /** Milliseconds since the epoch, with a fraction. */
  time: number;
  /** What lines of several boxes are merged by: the time, but never less than that of the line before in the same log. */
  order: number;
  stream: 'stdout' | 'stderr';
  level: Level | undefined;
  /** As written, escape sequences included; at most `TEXT_MAX` characters. */
  text: string;
  /** Bytes that are not in `text`. */
  more: number;
  /** Not ended yet: it may grow. */
  open?: boolean;
  /** No line but a hole: `skipped` can be loaded, `gone` was rotated away, `lost` was never written. */
  hole?: 'skipped' | 'gone' | 'lost';
}

/** What is held of one line: enough to read, so little that a line of 10 MB is none. */
export const TEXT_MAX = 64 * 1024;
/** A longer line shows its beginning in its row; its details show what is held. */
export const FOLD_AT = 16 * 1024;
/** … this much of it. */
export const FOLDED_SHOWS = 2 * 1024;

/** The order in which lines are shown. Lines of one box stay in the order of its log. */
export function compareLines(a: LogLine, b: LogLine): number {
  if (a.order !== b.order) return a.order - b.order;
  if (a.source !== b.source) return a.source - b.source;
  return a.offset - b.offset || (a.hole ? -1 : 0) - (b.hole ? -1 : 0);
}
