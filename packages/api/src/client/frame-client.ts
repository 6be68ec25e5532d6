import { BoxError, encodeFrame, type Frame, FrameDecoder, FrameError, FrameType } from '@boxyard/spec';
import { AttachSession } from './attach-session.ts';
import { FeedSession } from './feed-session.ts';
import { LogsSession } from './logs-session.ts';
import { SearchSession } from './search-session.ts';
import type {
  AttachChannel,
  AttachHandlers,
  AttachOptions,
  ConnectionState,
  FeedChannel,
  FeedHandlers,
  FrameClientOptions,
  Frames,
  LogsChannel,
  LogsHandlers,
  LogsOptions,
  SearchChannel,
  SearchHandlers,
  SearchOptions,
  Transport,
} from './types.ts';

const PROTOCOL = 1;
const RECONNECT_FOR_MS = 60_000;
/** First pause after a loss: an agent that restarts is back in about a second, so start low and double. */
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 2_000;
const CHANNEL_MAX = 65_535;

/** What a channel does with the connection. Each kind keeps what it needs to open again where it was. */
export interface Session {
  /** JSON of the open frame, at first and after each loss. */
  openPayload(): object;
  /** A frame of this channel, after its open frame was sent on this connection. */
  frame(frame: Frame): void;
  /** The connection is gone; what was sent may not have arrived. */
  lost(): void;
  failed(error: BoxError): void;
  /** After `failed` with UNAVAILABLE from the agent itself: whether opening again later makes sense. */
  readonly resumable: boolean;
}

/** How a session sends; frames are dropped while there is no connection (its `openPayload` makes up for it). */
export interface SessionLink {
  send(type: number, fields?: { stream?: number; offset?: number; payload?: Uint8Array }): void;
  sendJson(type: number, value: object, offset?: number): void;
  /** Takes the channel out; no frame reaches it any more. */
  release(): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const parseJson = (payload: Uint8Array): unknown => JSON.parse(decoder.decode(payload));

/** One connection to the agent with any number of channels on it, made anew when it is lost. See types.ts. */
export class FrameClient implements Frames {
  #options: FrameClientOptions;
  #state: ConnectionState = { status: 'connecting' };
  #transport: Transport | null = null;
  #sessions = new Map<number, Session>();
  #nextChannel = 1;
  #started = false;
  #everOpen = false;
  #lostAt: number | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows with every connection, so that a late answer of an old one is recognised. */
  #generation = 0;

  constructor(options: FrameClientOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  attach(options: AttachOptions, handlers: AttachHandlers): AttachChannel {
    return this.#add(this.#freeChannel(), (link) => new AttachSession(options, handlers, link));
  }

  logs(options: LogsOptions, handlers: LogsHandlers): LogsChannel {
    return this.#add(this.#freeChannel(), (link) => new LogsSession(options, handlers, link));
  }

  search(options: SearchOptions, handlers: SearchHandlers): SearchChannel {
    return this.#add(this.#freeChannel(), (link) => new SearchSession(options, handlers, link));
  }

  feed(handlers: FeedHandlers): FeedChannel {
    if (this.#sessions.has(0)) throw new BoxError('IN_USE', 'this connection has a feed already');
    return this.#add(0, (link) => new FeedSession(handlers, link));
  }

  connect(): void {
    if (this.#started || this.#state.status === 'closed') return;
    this.#started = true;
    void this.#connect();
  }

  retryNow(): void {
    if (this.#state.status !== 'lost') return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    void this.#connect();
  }

  close(): void {
    if (this.#state.status === 'closed') return;
    this.#sessions.clear();
    this.#end(null);
  }

  #freeChannel(): number {
    if (this.#sessions.size >= CHANNEL_MAX)
      throw new BoxError('RESOURCE_EXHAUSTED', 'all channels are taken');
    while (this.#sessions.has(this.#nextChannel) || this.#nextChannel === 0) {
      this.#nextChannel = (this.#nextChannel % CHANNEL_MAX) + 1;
    }
    const channel = this.#nextChannel;
    // Not reused at once: frames of a channel just closed may still be on their way.
    this.#nextChannel = (channel % CHANNEL_MAX) + 1;
    return channel;
  }

  #add<T extends Session>(channel: number, make: (link: SessionLink) => T): T {
    if (this.#state.status === 'closed') {
      throw this.#state.reason ?? new BoxError('CANCELLED', 'the connection was closed');
    }
    const link: SessionLink = {
      send: (type, fields) => this.#transport?.send(encodeFrame(type, { ...fields, channel })),
      sendJson: (type, value, offset = 0) =>
        this.#transport?.send(
          encodeFrame(type, { channel, offset, payload: encoder.encode(JSON.stringify(value)) }),
        ),
      release: () => {
        if (this.#sessions.get(channel) === session) this.#sessions.delete(channel);
      },
    };
    const session = make(link);
    this.#sessions.set(channel, session);
    if (this.#transport) this.#open(channel, session);
    else this.connect();
    return session;
  }

  #open(channel: number, session: Session): void {
    const payload = encoder.encode(JSON.stringify(session.openPayload()));
    this.#transport?.send(encodeFrame(FrameType.open, { channel, payload }));
  }

  async #connect(): Promise<void> {
    const generation = ++this.#generation;
    const frames = new FrameDecoder();
    this.#setState({ status: 'connecting' });
    const current = () => generation === this.#generation && this.#state.status !== 'closed';
    try {
      const transport = await this.#options.connect({
        bytes: (chunk) => {
          if (current()) this.#receive(frames, chunk, current);
        },
        closed: (reason) => {
          if (current()) this.#lose(reason);
        },
      });
      if (!current()) return transport.close();
      this.#transport = transport;
      const hello = encoder.encode(
        JSON.stringify({ protocol: PROTOCOL, build: this.#options.build, features: [] }),
      );
      transport.send(encodeFrame(FrameType.hello, { payload: hello }));
      for (const [channel, session] of this.#sessions) this.#open(channel, session);
    } catch (error) {
      if (current()) this.#connectFailed(BoxError.from(error));
    }
  }

  #receive(frames: FrameDecoder, chunk: Uint8Array, current: () => boolean): void {
    try {
      for (const frame of frames.push(chunk)) {
        if (!current()) return;
        this.#dispatch(frame);
      }
    } catch (error) {
      const unreadable = error instanceof FrameError || error instanceof SyntaxError;
      if (!unreadable || !current()) throw error;
      // Nothing after bytes that are no frames can be trusted.
      this.#end(new BoxError('INTERNAL', 'the agent sent something that is no frame', { cause: error }));
    }
  }

  #dispatch(frame: Frame): void {
    if (frame.type === FrameType.hello)
      this.#helloArrived(parseJson(frame.payload) as { build: string; web?: string | null });
    else if (frame.type === FrameType.error) this.#errorArrived(frame);
    else this.#sessions.get(frame.channel)?.frame(frame);
  }

  #helloArrived({ build, web }: { build: string; web?: string | null }): void {
    this.#everOpen = true;
    this.#lostAt = null;
    this.#attempt = 0;
    this.#setState({ status: 'open', build, web: web ?? null });
  }

  #errorArrived({ channel, payload }: Frame): void {
    const error = BoxError.from(parseJson(payload));
    const session = this.#sessions.get(channel);
    if (channel === 0) {
      // Channel 0's errors are the connection's: protocol too old or new, frames that the agent did not understand.
      this.#end(error);
    } else if (error.code === 'UNAVAILABLE' && session?.resumable) {
      this.#lose(error);
    } else if (session) {
      this.#sessions.delete(channel);
      session.failed(error);
    }
  }

  #lose(reason: BoxError): void {
    this.#transport?.close();
    this.#transport = null;
    for (const session of [...this.#sessions.values()]) session.lost();
    this.#retryLater(reason);
  }

  #connectFailed(reason: BoxError): void {
    const goOn = reason.code === 'UNAVAILABLE' && (this.#everOpen || this.#options.retryFirst);
    if (goOn) this.#retryLater(reason);
    else this.#end(reason);
  }

  #retryLater(reason: BoxError): void {
    const now = Date.now();
    this.#lostAt ??= now;
    const deadline = this.#lostAt + (this.#options.reconnectFor ?? RECONNECT_FOR_MS);
    if (now >= deadline) {
      this.#end(reason);
      return;
    }
    const pause = Math.min(RETRY_FIRST_MS * 2 ** this.#attempt++, RETRY_MAX_MS, deadline - now);
    this.#timer = setTimeout(() => void this.#connect(), pause);
    this.#setState({ status: 'lost', lostAt: this.#lostAt, retryAt: now + pause, reason });
  }

  /** Ends everything; channels that are left get the reason. */
  #end(reason: BoxError | null): void {
    clearTimeout(this.#timer);
    this.#generation++;
    this.#transport?.close();
    this.#transport = null;
    const left = [...this.#sessions.values()];
    this.#sessions.clear();
    this.#setState({ status: 'closed', reason });
    if (reason) for (const session of left) session.failed(reason);
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }
}
