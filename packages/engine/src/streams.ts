/** The streaming half of the engine's face to the agent (the other half is `Services` of @boxyard/api). */
import type {
  AttachOpened,
  EventView,
  FeedMessage,
  LogMatch,
  LogSearchEnd,
  LogSearchProgress,
  Services,
  StreamExit,
  TerminalSize,
} from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import type { StatsMessage, StatsWatch } from './stats/sampler.ts';

export type { StatsMessage, StatsWatch };

export interface AttachRequest {
  container: string;
  /** Exec session id; absent: the init's streams. */
  session?: string | undefined;
  /** 16 hex digits naming this client's input across reconnects. */
  clientId: string;
  /** `start`: the oldest byte there is (log for the init session, ring otherwise). */
  offset: number | 'live' | 'start';
  input: boolean;
  lossless: boolean;
  /** Wait for the next start of a container that does not run (docs of `openPayload`, @boxyard/api). */
  awaitStart?: boolean | undefined;
  /** Bytes the viewer takes before it grants more. */
  credit: number;
  size?: TerminalSize | undefined;
  /** The agent's own screen memory: not one of those who look. */
  uncounted?: boolean | undefined;
}

/** Called in order; never after `exit`, `error` or `close()`. `bytes` may be reused after the call returns: copy what you keep. */
export interface AttachHandlers {
  data(stream: number, offset: number, bytes: Uint8Array): void;
  /** All input before `offset` was taken by the process's side. */
  ack(offset: number): void;
  skipped(from: number, to: number): void;
  exit(exit: StreamExit, offset: number): void;
  error(error: BoxError): void;
}

export interface AttachHandle {
  readonly opened: AttachOpened;
  credit(bytes: number): void;
  /** Returns false when the caller should wait for `ack` before sending more. */
  input(offset: number, bytes: Uint8Array): boolean;
  closeInput(offset: number): void;
  resize(size: TerminalSize): void;
  signal(signal: string): void;
  /** Leaving on purpose. Idempotent. */
  close(): void;
}

export interface LogsRequest {
  container: string;
  tail?: number | undefined;
  since?: string | undefined;
  until?: string | undefined;
  follow: boolean;
  /** Content offset to begin at. */
  offset?: number | undefined;
  /** Content offset to end before; with `tail` and without `offset`: that many lines before it. Nothing is followed. */
  before?: number | undefined;
  credit: number;
}
export interface LogsHandlers {
  /** Whole CRI records; `offset` is the content offset of the first. */
  data(offset: number, bytes: Uint8Array): void;
  /** Rotated away before they could be read. */
  skipped(from: number, to: number): void;
  end(): void;
  error(error: BoxError): void;
}
export interface LogsHandle {
  credit(bytes: number): void;
  close(): void;
}

export interface LogSearchRequest {
  container: string;
  pattern: string;
  /** A JavaScript regular expression; else plain text. */
  regex: boolean;
  caseSensitive: boolean;
  /** `backward`: newest first. */
  direction: 'forward' | 'backward';
  /** Content offset to begin at (forward) or before (backward); absent: the log's start or end. */
  offset?: number | undefined;
  /** Matching lines to find at most. */
  limit: number;
}
/** Called in order; never after `end`, `error` or `cancel()`. */
export interface LogSearchHandlers {
  matches(matches: LogMatch[]): void;
  progress(progress: LogSearchProgress): void;
  /** `next`: the offset to go on from, when the limit ended it. */
  end(end: LogSearchEnd): void;
  error(error: BoxError): void;
}

/** A terminal session's life, for the agent's screen memory. */
export interface TerminalSession {
  container: string;
  /** '' = the init session. */
  session: string;
  rows: number;
  columns: number;
  /** Output offset of this run's first byte: what lies before belongs to earlier runs. Absent: unknown (then from the oldest byte of the ring). */
  offset?: number | undefined;
  /** The container's run directory, where the screen memory may keep a file that dies with the container. */
  runDirectory: string;
}

export interface EngineFace {
  readonly services: Services;
  attach(request: AttachRequest, handlers: AttachHandlers): Promise<AttachHandle>;
  logs(request: LogsRequest, handlers: LogsHandlers): Promise<LogsHandle>;
  /** Looks through a whole log beside the event loop; the function returned cancels it. */
  searchLogs(request: LogSearchRequest, handlers: LogSearchHandlers): Promise<() => void>;
  /** A snapshot message at once, then changes; the function returned ends it. */
  feed(listener: (message: FeedMessage) => void): () => void;
  /** Statistics for one client, once a second, of what it says it looks at. */
  watchStats(listener: (message: StatsMessage) => void): StatsWatch;
  /** Terminal sessions that started (also those found at start-up) and ended. */
  onTerminal(listener: {
    started(session: TerminalSession): void;
    ended(container: string, session: string): void;
  }): () => void;
  onEvent(listener: (event: EventView) => void): () => void;
  /** Stops taking work, persists, leaves the containers running. */
  close(): Promise<void>;
}
