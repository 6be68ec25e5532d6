import { BoxError, encodeFrame, type Frame, FrameDecoder, FrameType } from '@boxyard/spec';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameClient } from './frame-client.ts';
import type { ConnectionState, TransportHandlers } from './types.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const unavailable = () => new BoxError('UNAVAILABLE', 'the agent is not running');
const opened = { tty: false, rows: 24, columns: 80, offset: 0, inputAccepted: 0, running: true };

/** The agent's end of each connection that the client makes, answered by hand. */
class Peer {
  frames: Frame[] = [];
  handlers: TransportHandlers;
  closed = false;
  #decoder = new FrameDecoder();

  constructor(handlers: TransportHandlers) {
    this.handlers = handlers;
  }

  take(bytes: Uint8Array): void {
    this.frames.push(...this.#decoder.push(bytes));
  }

  say(type: number, channel: number, payload: Uint8Array, offset = 0): void {
    this.handlers.bytes(encodeFrame(type, { channel, offset, stream: 1, payload }));
  }

  hello(): void {
    this.say(FrameType.hello, 0, json({ protocol: 1, build: 'agent', features: [] }));
  }

  opens(): Record<string, unknown>[] {
    return this.frames
      .filter(({ type }) => type === FrameType.open)
      .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()));
  }
}

let peers: Peer[];
let refuse: BoxError | null;
let states: ConnectionState[];
beforeEach(() => {
  vi.useFakeTimers();
  peers = [];
  refuse = null;
  states = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function newClient(more: { retryFirst?: boolean; reconnectFor?: number } = {}): FrameClient {
  return new FrameClient({
    build: 'test',
    onState: (state) => states.push(state),
    connect: async (handlers) => {
      if (refuse) throw refuse;
      const peer = new Peer(handlers);
      peers.push(peer);
      return { send: (bytes) => peer.take(bytes), close: () => (peer.closed = true) };
    },
    ...more,
  });
}
const settle = () => vi.advanceTimersByTimeAsync(0);
const nothing = { data: () => undefined, exit: () => {}, error: () => {} };

describe('a first connection', () => {
  it('that fails is final for a command line: channels get the reason', async () => {
    refuse = unavailable();
    const error = vi.fn();
    newClient().attach({ container: 'web' }, { ...nothing, error });
    await settle();
    expect(error).toHaveBeenCalledExactlyOnceWith(refuse);
    expect(states.at(-1)?.status).toBe('closed');
  });

  it('that fails is tried again for a dashboard, but not when it is signed out', async () => {
    refuse = unavailable();
    const error = vi.fn();
    newClient({ retryFirst: true, reconnectFor: Infinity }).feed({ message: () => {}, error });
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(states.at(-1)?.status).toMatch(/lost|connecting/);
    expect(error).not.toHaveBeenCalled();
    refuse = new BoxError('UNAUTHENTICATED', 'not signed in');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(error).toHaveBeenCalledExactlyOnceWith(refuse);
  });
});

describe('a lost connection', () => {
  it('is made again for 60 s, then its channels end with the reason', async () => {
    const error = vi.fn();
    newClient().attach({ container: 'web' }, { ...nothing, error });
    await settle();
    peers[0]?.hello();
    refuse = unavailable();
    peers[0]?.handlers.closed(unavailable());
    await vi.advanceTimersByTimeAsync(59_000);
    expect(error).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(error).toHaveBeenCalledOnce();
  });

  it('is tried at once when asked to', async () => {
    const client = newClient();
    client.attach({ container: 'web' }, nothing);
    await settle();
    peers[0]?.hello();
    peers[0]?.handlers.closed(unavailable());
    client.retryNow();
    await settle();
    expect(peers.length).toBe(2);
  });

  it('opens each channel again where it was: offset, client id, size, and credit less what is not consumed', async () => {
    const channel = newClient().attach(
      { container: 'web', offset: 'live', rows: 24, columns: 80 },
      { ...nothing, data: () => new Promise(() => {}) },
    );
    await settle();
    const [first] = peers;
    first?.hello();
    first?.say(FrameType.open, 1, json({ ...opened, offset: 500 }));
    first?.say(FrameType.data, 1, Buffer.alloc(1_000), 500);
    channel.resize(30, 100);
    first?.handlers.closed(unavailable());
    await vi.advanceTimersByTimeAsync(100);
    const [before, after] = peers.flatMap((peer) => peer.opens());
    expect(after).toEqual({
      ...before,
      offset: 1_500,
      rows: 30,
      columns: 100,
      credit: 256 * 1024 - 1_000,
    });
  });

  it('is also what an agent that goes down says to an open channel', async () => {
    const error = vi.fn();
    newClient().attach({ container: 'web' }, { ...nothing, error });
    await settle();
    peers[0]?.hello();
    peers[0]?.say(FrameType.open, 1, json(opened));
    peers[0]?.say(FrameType.error, 1, json(unavailable()));
    await vi.advanceTimersByTimeAsync(100);
    expect([error.mock.calls.length, peers.length, peers[0]?.closed]).toEqual([0, 2, true]);
  });
});

describe('data', () => {
  it('that comes twice is given out once, and granted as taken', async () => {
    const texts: string[] = [];
    newClient().attach(
      { container: 'web', offset: 0 },
      {
        ...nothing,
        data: (_, bytes) => {
          texts.push(Buffer.from(bytes).toString());
          return undefined;
        },
      },
    );
    await settle();
    const [peer] = peers;
    peer?.say(FrameType.open, 1, json(opened));
    peer?.say(FrameType.data, 1, Buffer.from('abc'), 0);
    peer?.say(FrameType.data, 1, Buffer.from('bcde'), 1);
    peer?.say(FrameType.data, 1, Buffer.from('de'), 3);
    peer?.say(FrameType.data, 1, Buffer.alloc(64 * 1024 - 9), 5);
    expect(texts.slice(0, 2)).toEqual(['abc', 'de']);
    const credit = peer?.frames.find(({ type }) => type === FrameType.credit)?.payload;
    expect(credit && Buffer.from(credit).readUInt32LE()).toBe(64 * 1024);
  });
});

describe('rubbish from the agent', () => {
  it('ends the client with an error instead of half a stream', async () => {
    const error = vi.fn();
    newClient().attach({ container: 'web' }, { ...nothing, error });
    await settle();
    peers[0]?.handlers.bytes(new Uint8Array(64).fill(255));
    expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'INTERNAL' });
  });
});

describe('channels', () => {
  it('end alone: an error of one does not touch the other', async () => {
    const client = newClient();
    const error = vi.fn();
    const data = vi.fn();
    client.attach({ container: 'nowhere' }, { ...nothing, error });
    client.attach({ container: 'web' }, { ...nothing, data });
    await settle();
    peers[0]?.say(FrameType.error, 1, json(new BoxError('NOT_FOUND', 'no such container')));
    peers[0]?.say(FrameType.data, 2, Buffer.from('x'));
    expect([error.mock.calls[0]?.[0].code, data.mock.calls.length]).toEqual(['NOT_FOUND', 1]);
  });

  it('that were closed hear nothing more, and cannot be opened on a closed client', async () => {
    const client = newClient();
    const data = vi.fn();
    const channel = client.attach({ container: 'web' }, { ...nothing, data });
    await settle();
    channel.close();
    peers[0]?.say(FrameType.data, 1, Buffer.from('late'));
    expect(data).not.toHaveBeenCalled();
    client.close();
    expect(() => client.attach({ container: 'web' }, nothing)).toThrow('closed');
  });
});
