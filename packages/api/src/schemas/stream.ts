import { z } from 'zod';
import { containerReference } from './container.ts';

const SEARCH_PATTERN_MAX = 1000;
/** With at most 1000 characters a match this bounds what waits in the agent for a client without credit. */
const SEARCH_LIMIT_MAX = 5000;

/** JSON of an `open` frame, docs/protocol.md "Frames between agent and clients". */
export const openPayload = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('attach'),
    container: containerReference,
    /** Exec session; absent: the init's own streams. */
    session: z.string().optional(),
    /** Random, decimal or hex text of a u64: names this client's input across reconnects. */
    clientId: z.string().regex(/^[0-9a-f]{16}$/),
    /** A byte offset, `live` (from now), `start` (oldest there is), or for terminals `screen` (a snapshot, then from there). */
    offset: z.union([z.number().int().min(0), z.enum(['live', 'start', 'screen'])]).default('live'),
    input: z.boolean().default(false),
    lossless: z.boolean().default(false),
    /**
     * Open before `start` so that nothing is missed: a container that was never started (or, with offset `live`, one that ended) is
     * waited for. Without it the first is an error and the second is replayed to its exit.
     */
    awaitStart: z.boolean().default(false),
    rows: z.number().int().min(1).max(10_000).optional(),
    columns: z.number().int().min(1).max(10_000).optional(),
    credit: z.number().int().min(0).max(16_777_216),
  }),
  z.strictObject({
    kind: z.literal('logs'),
    container: containerReference,
    /** Last n lines; absent: all. */
    tail: z.number().int().min(0).optional(),
    /** RFC 3339 or unix seconds. */
    since: z.string().optional(),
    until: z.string().optional(),
    follow: z.boolean().default(false),
    /** Content offset to go on from, after a lost connection. */
    offset: z.number().int().min(0).optional(),
    /** Content offset to end before; with `tail` and without `offset`: that many lines before it. Nothing is followed. */
    before: z.number().int().min(0).optional(),
    credit: z.number().int().min(0).max(16_777_216),
  }),
  z.strictObject({
    kind: z.literal('search'),
    container: containerReference,
    pattern: z.string().min(1).max(SEARCH_PATTERN_MAX),
    /** A JavaScript regular expression; else plain text. */
    regex: z.boolean().default(false),
    caseSensitive: z.boolean().default(false),
    /** `backward`: newest first. */
    direction: z.enum(['forward', 'backward']).default('backward'),
    /** Content offset to begin at (forward) or before (backward); absent: the log's start or end. */
    offset: z.number().int().min(0).optional(),
    /** Matching lines to find at most. */
    limit: z.number().int().min(1).max(SEARCH_LIMIT_MAX).default(500),
    credit: z.number().int().min(0).max(16_777_216),
  }),
  z.strictObject({ kind: z.literal('feed') }),
]);
export type OpenPayload = z.output<typeof openPayload>;
export type OpenRequest = z.input<typeof openPayload>;

/** JSON of the agent's answering `open` frame for kind `attach`. */
export interface AttachOpened {
  tty: boolean;
  rows: number;
  columns: number;
  /** Offset of the first data byte that follows. */
  offset: number;
  /** Bytes of this client's input already accepted. */
  inputAccepted: number;
  running: boolean;
}

/** JSON of an `exit` frame for kind `attach`. */
export interface StreamExit {
  code: number;
  signal: number;
  oom: boolean;
  /** The supervisor died: the code is unknown. */
  lost?: boolean;
  finishedAt: string;
}

/** A line that a search found; data frames of kind `search` hold an array of them as JSON. */
export interface LogMatch {
  /** Content offset of the record that holds the match (of a line's last part when it was written in parts). */
  offset: number;
  time: string;
  stream: 'stdout' | 'stderr';
  /** At most 1000 characters of the line around the match, escape sequences included. */
  text: string;
}

/** Bytes of the log's files; JSON of a `state` frame of kind `search`. */
export interface LogSearchProgress {
  scanned: number;
  total: number;
}

/** JSON of an `exit` frame of kind `search`. */
export interface LogSearchEnd extends LogSearchProgress {
  /** The offset to go on from when the limit ended it; null: everything was looked at. */
  next: number | null;
}
