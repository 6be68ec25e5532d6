import { LogCursor, READ_BYTES } from '../logs/cursor.ts';
import { seekForward } from '../logs/seek.ts';
import { type ReplayHandlers, replayRecords } from './replay.ts';

export interface ReplaySink extends ReplayHandlers {
  /** Resolves with the bytes that may be given out, more than 0; undefined when nobody wants them any more. */
  credit(): Promise<number | undefined>;
}

/**
 * Gives out the content [from, to) of a log as credit allows, what is missing in it as skipped. A record is never cut for credit: the last
 * one may overdraw it. Resolves with where it got to: `to`, or less when nobody wanted the rest.
 */
export async function replayLog(
  directory: string,
  range: { from: number; to: number },
  sink: ReplaySink,
): Promise<number> {
  const { to } = range;
  let reached = range.from;
  const skipTo = (offset: number) => {
    const end = Math.min(offset, to);
    if (end > reached) sink.skipped(reached, end);
    reached = Math.max(reached, end);
  };
  if (reached >= to) return reached;
  const cursor = new LogCursor(directory, await seekForward(directory, { kind: 'offset', offset: reached }));
  try {
    skipTo(cursor.offset);
    while (reached < to) {
      const credit = await sink.credit();
      if (credit === undefined) return reached;
      const piece = await cursor.next(Math.min(credit, READ_BYTES));
      if (piece.kind === 'records') {
        replayRecords(piece, { from: reached, to }, sink);
        reached = Math.min(Math.max(reached, piece.offset + piece.content), to);
      } else {
        skipTo(piece.kind === 'end' ? to : piece.to);
      }
    }
    return reached;
  } finally {
    await cursor.close();
  }
}
