/**
 * What the command line and the dashboard share to talk frames with the agent (docs/protocol.md, "Frames between agent and clients").
 * Nothing here knows how bytes travel: a `Connect` function does (node-transport.ts, websocket-transport.ts).
 */
import type { BoxError } from '@boxyard/spec';
import type { FeedWatch } from '../schemas/stats.ts';
import type {
  AttachOpened,
  LogMatch,
  LogSearchEnd,
  LogSearchProgress,
  OpenRequest,
  StreamExit,
} from '../schemas/stream.ts';
import type { FeedMessage } from '../views.ts';

/** One live connection that carries frames. */
export interface Transport {
  /** Takes the bytes at once; the caller must not change them afterwards. Silently drops them when the connection is gone. */
  send(bytes: Uint8Array): void;
  /** Ends it; `closed` is not called any more. Idempotent. */
  close(): void;
}

export interface TransportHandlers {
  /** Bytes in order, cut anywhere. They stay valid after the call. */
  bytes(chunk: Uint8Array): void;
  /** The other side or the network ended it. At most once, never after `close()`. */
  closed(reason: BoxError): void;
}

/**
 * Makes a connection. Rejects with a BoxError: UNAVAILABLE is tried again, every other code is final (UNAUTHENTICATED: sign in anew).
 */
export type Connect = (handlers: TransportHandlers) => Promise<Transport>;

export type ConnectionState =
  | { status: 'connecting' }
  /** `web`: which dashboard the agent serves now, null when it does not say. */
  | { status: 'open'; build: string; web: string | null }
  /** Lost; tried again at `retryAt` (milliseconds since the epoch) until `reconnectFor` has passed since `lostAt`. */
  | { status: 'lost'; lostAt: number; retryAt: number; reason: BoxError }
  /** For good: by `close()` (reason null), by a final error, or because the time was up. */
  | { status: 'closed'; reason: BoxError | null };

export interface FrameClientOptions {
  connect: Connect;
  /** Goes into hello: which build of the client this is. */
  build: string;
  /** Milliseconds to try again after a loss before channels get an UNAVAILABLE error; Infinity for ever. Default 60 000. */
  reconnectFor?: number;
  /** Also try again when the very first connection fails (the dashboard); else that is final at once (the command line). */
  retryFirst?: boolean;
  onState?: (state: ConnectionState) => void;
}

/** The fields of an `open` frame that callers choose; the library adds clientId, credit and, after a loss, the offset reached. */
export type AttachOptions = Omit<Extract<OpenRequest, { kind: 'attach' }>, 'kind' | 'clientId' | 'credit'>;
export type LogsOptions = Omit<Extract<OpenRequest, { kind: 'logs' }>, 'kind' | 'credit'>;
export type SearchOptions = Omit<Extract<OpenRequest, { kind: 'search' }>, 'kind' | 'credit'>;

/**
 * A promise that `data` returns delays nothing but the credit: more calls may come before it settles, up to the window (256 KiB).
 * Return one that settles when the bytes were really taken (a drained stdout, xterm's write callback); return nothing if they were.
 */
export type Taken = undefined | Promise<unknown>;

export interface AttachHandlers {
  /** The agent's answer; `resumed` when this goes on after a lost connection (offset = where it goes on). */
  opened?(opened: AttachOpened, resumed: boolean): void;
  /** Clear the terminal, set it to these rows and columns, write these bytes. Data goes on after it. */
  snapshot?(bytes: Uint8Array, size: { rows: number; columns: number }): Taken;
  /** Another viewer came, resized or typed last: the terminal has its size, and its terminal answers what programs ask. */
  taken?(size: { rows: number; columns: number }): void;
  /** Every byte once, in order, however often the connection was lost. `stream` 1 = stdout or terminal, 2 = stderr. */
  data(stream: number, bytes: Uint8Array, offset: number): Taken;
  /** Bytes that nobody can show any more. Never for terminals (they get a snapshot). */
  skipped?(from: number, to: number): void;
  /** `input` may be called again after it returned false. */
  writable?(): void;
  /** The session ended, after its last byte. The channel is closed. */
  exit(exit: StreamExit): void;
  /** It cannot go on (not found, agent gone for longer than `reconnectFor`, …). The channel is closed. */
  error(error: BoxError): void;
}

export interface AttachChannel {
  /** Offset after the last byte given to `data`; undefined before the first answer. */
  readonly offset: number | undefined;
  /**
   * Queues input; it is kept until the box's side took it and sent again after a loss. False: more than 256 KiB wait, pause until
   * `writable`. The bytes are kept by reference: do not change them.
   */
  input(bytes: Uint8Array): boolean;
  /** No more input: the box's stdin ends after what was queued. */
  closeInput(): void;
  resize(rows: number, columns: number): void;
  /** To the session's process, by name with or without SIG. Dropped while the connection is lost. */
  signal(name: string): void;
  /** Leaves; no handler is called any more. The box goes on. */
  close(): void;
}

export interface LogsHandlers {
  /** Whole CRI records as they stand in the log; `offset` is the content offset of the first. Every record once. */
  data(records: Uint8Array, offset: number): Taken;
  /** Rotated away before they could be read. */
  skipped?(from: number, to: number): void;
  /** Everything was read and nothing follows. The channel is closed. */
  end(): void;
  error(error: BoxError): void;
}
export interface LogsChannel {
  close(): void;
}

export interface SearchHandlers {
  /** In the order of the search's direction. */
  matches(matches: LogMatch[]): void;
  progress?(progress: LogSearchProgress): void;
  /** The connection was lost: the search begins anew, forget what it found. */
  restarted?(): void;
  /** The channel is closed. */
  end(end: LogSearchEnd): void;
  error(error: BoxError): void;
}
export interface SearchChannel {
  /** Cancels the search; no handler is called any more. */
  close(): void;
}

export interface FeedHandlers {
  /** `snapshot` first, and again after each loss. */
  message(message: FeedMessage): void;
  error?(error: BoxError): void;
}
export interface FeedChannel {
  /** Whose statistics come once a second from now on, in place of what was watched before; said again after a loss. */
  watch(watch: FeedWatch): void;
  close(): void;
}

/** `new FrameClient(options)` of ./frame-client.ts. It connects at the first channel. */
export interface Frames {
  readonly state: ConnectionState;
  attach(options: AttachOptions, handlers: AttachHandlers): AttachChannel;
  logs(options: LogsOptions, handlers: LogsHandlers): LogsChannel;
  search(options: SearchOptions, handlers: SearchHandlers): SearchChannel;
  /** At most one at a time. */
  feed(handlers: FeedHandlers): FeedChannel;
  /** Connects now instead of at the first channel, so that both that and something else can be waited for at once. */
  connect(): void;
  /** Try now instead of at `retryAt` (the browser came online, the tab became visible). */
  retryNow(): void;
  /** Ends the connection and all channels, without calling their handlers. */
  close(): void;
}
