import {
  ALL_PERMISSIONS,
  type OpenPayload,
  openPayload,
  type Permission,
  type Principal,
} from '@boxyard/api';
import type { EngineFace } from '@boxyard/engine';
import { BoxError, encodeFrame, type Frame, FrameDecoder, FrameError, FrameType } from '@boxyard/spec';
import type { Screens } from '../terminals/screens.ts';
import { AttachChannel } from './attach-channel.ts';
import { BUFFERED_HIGH_BYTES, type Duplex } from './duplex.ts';
import { FeedChannel } from './feed-channel.ts';
import { LogsChannel } from './logs-channel.ts';
import { decodeJson, encodeJson } from './payload.ts';
import { SearchChannel } from './search-channel.ts';

/** Of the frames between agent and clients. */
export const PROTOCOL = 1;
/** Each channel costs a window and a connection to a shim. */
const CHANNELS_MAX = 256;
/** A peer that connects and says nothing is not kept. */
const HELLO_TIMEOUT_MS = 10_000;

/** What a client may send on an open channel; everything else is rubbish. */
const CLIENT_TYPES: ReadonlySet<number> = new Set([
  FrameType.open,
  FrameType.input,
  FrameType.closeInput,
  FrameType.resize,
  FrameType.signal,
  FrameType.credit,
  FrameType.close,
  FrameType.feed,
]);

const PERMISSION: Record<OpenPayload['kind'], Permission> = {
  attach: 'container.exec',
  logs: 'container.read',
  search: 'container.read',
  feed: 'container.read',
};

/** One kind of stream on a connection. */
export interface Channel {
  frame(frame: Frame): void;
  /** The connection has room again. */
  drained(): void;
  /** The client left or the connection is gone: end what was asked of the engine. No more frames may be sent. */
  dispose(): void;
}

/** How a channel reaches its client. */
export interface ChannelLink {
  send(type: number, fields?: { stream?: number; offset?: number; payload?: Uint8Array }): void;
  sendJson(type: number, value: unknown, offset?: number): void;
  /** The connection's unsent bytes are few enough to ask for more. */
  readonly roomy: boolean;
  /** Sends the error, if any, and forgets the channel. */
  end(error?: BoxError): void;
}

export interface ConnectionOptions {
  engine: EngineFace;
  screens: Screens;
  principal: Principal;
  build: string;
  /** Which dashboard is served. */
  web: string | null;
}

/** One client's frames: hello, then channels. Whatever a client does wrong ends this connection or channel and nothing else. */
export class FrameConnection {
  #duplex: Duplex;
  #options: ConnectionOptions;
  #decoder = new FrameDecoder();
  #channels = new Map<number, Channel>();
  #greeted = false;
  #closed = false;
  #helloTimer: NodeJS.Timeout;
  /** Settles when the connection is gone and its channels are ended. */
  readonly closed: Promise<void>;
  #resolveClosed = () => {};

  constructor(duplex: Duplex, options: ConnectionOptions) {
    this.#duplex = duplex;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#helloTimer = setTimeout(
      () => this.#refuse(new BoxError('TIMEOUT', 'no hello arrived')),
      HELLO_TIMEOUT_MS,
    );
    this.#send(
      FrameType.hello,
      0,
      encodeJson({ protocol: PROTOCOL, build: options.build, web: options.web, features: [] }),
    );
    duplex.listen({
      bytes: (chunk) => this.#bytes(chunk),
      drained: () => {
        for (const channel of this.#channels.values()) channel.drained();
      },
      closed: () => this.#gone(),
    });
  }

  /** Ends it from our side (the agent stops, the session was revoked). Clients connect again by themselves. */
  close(): void {
    if (this.#closed) return;
    this.#disposeChannels();
    this.#duplex.close();
  }

  #bytes(chunk: Uint8Array): void {
    try {
      for (const frame of this.#decoder.push(chunk)) {
        if (this.#closed) return;
        this.#frame(frame);
      }
    } catch (error) {
      if (error instanceof FrameError) this.#refuse(rubbish(error.message));
      else if (error instanceof BoxError) this.#refuse(error);
      else throw error;
    }
  }

  #frame(frame: Frame): void {
    if (!this.#greeted) this.#hello(frame);
    else if (!CLIENT_TYPES.has(frame.type))
      throw rubbish(`frame type ${frame.type} is not for clients to send`);
    else if (frame.type === FrameType.feed && frame.channel !== 0)
      throw rubbish('only channel 0 is the feed');
    else if (frame.type === FrameType.open) this.#open(frame);
    // Frames of a channel that just ended are on their way quite rightly: nobody to give them to.
    else this.#channels.get(frame.channel)?.frame(frame);
  }

  #hello(frame: Frame): void {
    if (frame.type !== FrameType.hello) throw rubbish('the first frame must be hello');
    const hello = decodeJson(frame.payload) as { protocol?: unknown } | null;
    if (hello?.protocol !== PROTOCOL) {
      throw new BoxError(
        'UNSUPPORTED',
        `the agent speaks frame protocol ${PROTOCOL}, not ${hello?.protocol}`,
        {
          hint: 'use the command line or dashboard of the same version as the agent',
        },
      );
    }
    this.#greeted = true;
    clearTimeout(this.#helloTimer);
  }

  #open({ channel: number, payload }: Frame): void {
    if (this.#channels.has(number)) throw rubbish(`channel ${number} is open already`);
    const link = this.#link(number);
    const parsed = openPayload.safeParse(decodeJson(payload));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      link.end(new BoxError('INVALID_ARGUMENT', `open: ${issue?.path.join('.')}: ${issue?.message}`));
      return;
    }
    const open = parsed.data;
    if ((open.kind === 'feed') !== (number === 0)) throw rubbish('channel 0 is the feed, and only that');
    const refusal = this.#refusal(open);
    if (refusal) link.end(refusal);
    else this.#channels.set(number, this.#make(open, link));
  }

  #refusal(open: OpenPayload): BoxError | undefined {
    const permission = PERMISSION[open.kind];
    if (!this.#options.principal.permissions.has(permission)) {
      return new BoxError(
        'PERMISSION_DENIED',
        `${this.#options.principal.name} lacks the permission ${permission}`,
      );
    }
    if (this.#channels.size >= CHANNELS_MAX) {
      return new BoxError('RESOURCE_EXHAUSTED', `one connection may have ${CHANNELS_MAX} streams`, {
        hint: 'close some',
      });
    }
    return undefined;
  }

  #make(open: OpenPayload, link: ChannelLink): Channel {
    const { engine, screens } = this.#options;
    if (open.kind === 'attach') return new AttachChannel(open, link, { engine, screens });
    if (open.kind === 'logs') return new LogsChannel(open, link, engine);
    if (open.kind === 'search') return new SearchChannel(open, link, engine);
    return new FeedChannel(link, engine, this.#options.principal.permissions);
  }

  #link(channel: number): ChannelLink {
    const connection = this;
    const alive = () => !connection.#closed;
    return {
      send(type, fields) {
        if (alive()) connection.#duplex.send(encodeFrame(type, { ...fields, channel }));
      },
      sendJson(type, value, offset = 0) {
        if (alive())
          connection.#duplex.send(encodeFrame(type, { channel, offset, payload: encodeJson(value) }));
      },
      get roomy() {
        return connection.#duplex.buffered < BUFFERED_HIGH_BYTES;
      },
      end(error) {
        if (error && alive()) connection.#send(FrameType.error, channel, encodeJson(error));
        connection.#channels.delete(channel);
      },
    };
  }

  /** The client sent what no client sends: tell it why and end the connection. */
  #refuse(error: BoxError): void {
    if (this.#closed) return;
    this.#send(FrameType.error, 0, encodeJson(error));
    this.close();
  }

  #send(type: number, channel: number, payload: Uint8Array): void {
    this.#duplex.send(encodeFrame(type, { channel, payload }));
  }

  #disposeChannels(): void {
    clearTimeout(this.#helloTimer);
    this.#closed = true;
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.dispose();
  }

  #gone(): void {
    this.#disposeChannels();
    this.#resolveClosed();
  }
}

function rubbish(what: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `not frames of a client: ${what}`);
}

/** Whoever may open the unix socket. */
export const UNIX_PRINCIPAL: Principal = { kind: 'unix', name: 'local', permissions: ALL_PERMISSIONS };
