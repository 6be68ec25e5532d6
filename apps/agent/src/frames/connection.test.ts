import { connect as connectSocket, type Socket } from 'node:net';
import type { FeedMessage } from '@boxyard/api';
import { FrameClient } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { CREDIT_WINDOW_BYTES, encodeFrame, type Frame, FrameDecoder, FrameType } from '@boxyard/spec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestAgent } from '../testing/test-agent.ts';

let agent: TestAgent;
beforeEach(async () => {
  agent = await TestAgent.start();
});
afterEach(() => agent[Symbol.asyncDispose]());

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const hello = encodeFrame(FrameType.hello, { payload: json({ protocol: 1, build: 'test', features: [] }) });
const open = (channel: number, value: object) =>
  encodeFrame(FrameType.open, { channel, payload: json(value) });
const attach = (container: string, more: object = {}) => ({
  kind: 'attach',
  container,
  clientId: '00000000000000aa',
  offset: 'start',
  credit: CREDIT_WINDOW_BYTES,
  ...more,
});

/** A client by hand on the unix socket, for what the library never sends. */
class RawClient {
  frames: Frame[] = [];
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #decoder = new FrameDecoder();
  #upgraded = false;
  #wake = () => {};

  constructor(path: string) {
    this.socket = connectSocket(path);
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.on('close', () => resolve()));
    this.socket.on('data', (chunk: Buffer) => {
      const head = this.#upgraded ? -4 : chunk.indexOf('\r\n\r\n');
      this.#upgraded = true;
      this.frames.push(...this.#decoder.push(chunk.subarray(head + 4)));
      this.#wake();
    });
    this.socket.write(
      'GET /frames HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: boxyard-frames\r\n\r\n',
    );
  }

  send(...frames: Uint8Array[]): this {
    for (const frame of frames) this.socket.write(frame);
    return this;
  }

  /** The first frame of this type (and channel), waiting for it. */
  async next(type: number, channel?: number): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(
        (frame) => frame.type === type && (channel === undefined || frame.channel === channel),
      );
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const textOf = (frame: Frame) => Buffer.from(frame.payload).toString();

describe('a client that sends rubbish', () => {
  const rubbish: [string, Uint8Array[]][] = [
    ['no hello first', [open(1, attach('web'))]],
    ['hello of another protocol', [encodeFrame(FrameType.hello, { payload: json({ protocol: 99 }) })]],
    ['hello that is no JSON', [encodeFrame(FrameType.hello, { payload: Buffer.from('{') })]],
    ['an unknown frame type', [hello, encodeFrame(99)]],
    ['a length beyond the limit', [hello, Buffer.from('03000000ffffffff0000000000000000', 'hex')]],
    ['a frame that only agents send', [hello, encodeFrame(FrameType.snapshot, { channel: 1 })]],
    [
      'an open that is no JSON',
      [hello, encodeFrame(FrameType.open, { channel: 1, payload: Buffer.from('{') })],
    ],
    ['a channel opened twice', [hello, open(1, attach('web')), open(1, attach('web'))]],
    ['an attach on channel 0', [hello, open(0, attach('web'))]],
    [
      'credit of three bytes',
      [
        hello,
        open(1, attach('web')),
        encodeFrame(FrameType.credit, { channel: 1, payload: Buffer.alloc(3) }),
      ],
    ],
    ['random bytes', [hello, Buffer.alloc(4096, 0xa5)]],
  ];
  for (const [what, frames] of rubbish) {
    it(`(${what}) gets one error frame and loses its connection; others go on`, async () => {
      const session = agent.engine.session('web');
      const good = new RawClient(agent.socket).send(hello, open(1, attach('web')));
      await good.next(FrameType.open, 1);
      const bad = new RawClient(agent.socket).send(...frames);
      const error = await bad.next(FrameType.error, 0);
      expect(JSON.parse(textOf(error))).toMatchObject({ message: expect.any(String) });
      await bad.closed;
      session.print('still here');
      expect(textOf(await good.next(FrameType.data, 1))).toBe('still here');
      good.socket.destroy();
    });
  }

  it('in one channel only (bad fields, unknown container) loses that channel alone', async () => {
    agent.engine.session('web');
    const client = new RawClient(agent.socket).send(
      hello,
      open(1, { kind: 'attach' }),
      open(2, attach('nowhere')),
      open(3, attach('web')),
    );
    expect(JSON.parse(textOf(await client.next(FrameType.error, 1))).code).toBe('INVALID_ARGUMENT');
    expect(JSON.parse(textOf(await client.next(FrameType.error, 2))).code).toBe('NOT_FOUND');
    await client.next(FrameType.open, 3);
    client.socket.destroy();
  });

  it('may open 256 channels, not more', async () => {
    agent.engine.session('web');
    const client = new RawClient(agent.socket).send(hello);
    for (let channel = 1; channel <= 257; channel++)
      client.send(open(channel, attach('web', { offset: 'live' })));
    expect(JSON.parse(textOf(await client.next(FrameType.error, 257))).code).toBe('RESOURCE_EXHAUSTED');
    await client.next(FrameType.open, 256);
    client.socket.destroy();
  });
});

describe('a client that stops reading', () => {
  it('costs its window and no more, however much it grants', async () => {
    const session = agent.engine.session('web');
    session.print(Buffer.alloc(32 * 1024 * 1024, 'x'));
    const taken: number[] = [];
    const original = session.attach.bind(session);
    session.attach = (request, handlers) =>
      original(request, {
        ...handlers,
        data: (stream, offset, bytes) => {
          taken.push(bytes.length);
          handlers.data(stream, offset, bytes);
        },
      });
    const client = new RawClient(agent.socket);
    client.socket.once('data', () => client.socket.pause());
    const grant = Buffer.alloc(4);
    grant.writeUInt32LE(0xffff_ffff);
    client.send(hello, open(1, attach('web')));
    for (let round = 0; round < 20; round++)
      client.send(encodeFrame(FrameType.credit, { channel: 1, payload: grant }));
    // Another client's whole stream passes meanwhile: the event loop turned many times.
    expect(await readAll(agent.socket)).toBe(32 * 1024 * 1024);
    const total = taken.reduce((sum, bytes) => sum + bytes, 0) - 32 * 1024 * 1024;
    // What the kernel's socket buffers take, the clogged mark, and one window.
    expect(total).toBeLessThan(2 * 1024 * 1024);
    client.socket.destroy();
  });

  it('reads on where it stopped once it reads again', async () => {
    const session = agent.engine.session('web');
    session.print(Buffer.alloc(8 * 1024 * 1024, 'x'));
    session.exit(0);
    const client = new FrameClient({ connect: unixTransport(agent.socket), build: 'test' });
    let bytes = 0;
    await new Promise<void>((resolve, reject) => {
      client.attach(
        { container: 'web', offset: 'start' },
        {
          // Takes each piece a turn later, so that credit comes in drips.
          data: (_stream, chunk) => {
            bytes += chunk.length;
            return new Promise((taken) => setImmediate(taken));
          },
          exit: () => resolve(),
          error: reject,
        },
      );
    });
    client.close();
    expect(bytes).toBe(8 * 1024 * 1024);
  });
});

describe('input', () => {
  it('beyond what may wait is refused on that channel', async () => {
    agent.engine.session('web');
    const client = new RawClient(agent.socket).send(hello, open(1, attach('web', { input: true })));
    await client.next(FrameType.open, 1);
    client.send(
      encodeFrame(FrameType.input, { channel: 1, offset: 2 * 1024 * 1024, payload: Buffer.alloc(1) }),
    );
    expect(JSON.parse(textOf(await client.next(FrameType.error, 1))).code).toBe('RESOURCE_EXHAUSTED');
    client.socket.destroy();
  });

  it('of 4 MiB passes once and in order', async () => {
    const session = agent.engine.session('web');
    const client = new FrameClient({ connect: unixTransport(agent.socket), build: 'test' });
    const sent = Buffer.from(Uint8Array.from({ length: 4 * 1024 * 1024 }, (_, index) => (index * 7) >> 3));
    await new Promise<void>((resolve, reject) => {
      let at = 0;
      const type = () => {
        while (at < sent.length) {
          const piece = sent.subarray(at, at + 100_000);
          at += piece.length;
          if (!channel.input(piece)) return;
        }
        channel.closeInput();
      };
      const channel = client.attach(
        { container: 'web', offset: 'start', input: true },
        { data: () => undefined, writable: type, exit: () => resolve(), error: reject },
      );
      type();
      const end = setInterval(() => {
        if (!session.inputEnded) return;
        clearInterval(end);
        session.exit(0);
      }, 1);
    });
    client.close();
    expect([...session.input.values()][0]?.equals(sent)).toBe(true);
  });
});

describe('sizes and signals', () => {
  it('reach the session in order, also when given before it answered', async () => {
    const session = agent.engine.session('web', { tty: true });
    const client = new FrameClient({ connect: unixTransport(agent.socket), build: 'test' });
    const channel = client.attach(
      { container: 'web', rows: 24, columns: 80, offset: 'live' },
      { data: () => undefined, exit: () => {}, error: () => {} },
    );
    channel.resize(30, 100);
    channel.signal('SIGINT');
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (session.signals.length === 0) return;
        clearInterval(look);
        resolve();
      }, 1);
    });
    client.close();
    expect(session.sizes.at(-1)).toBe('100x30');
    expect(session.signals).toEqual(['SIGINT']);
  });
});

describe('the feed', () => {
  const container = (id: string, revision: number) => ({ id, revision, labels: {} }) as never;

  it('begins with a snapshot and sends the last of many quick changes', async () => {
    agent.engine.containers = [container('a', 1)];
    const client = new FrameClient({ connect: unixTransport(agent.socket), build: 'test' });
    const messages: FeedMessage[] = [];
    await new Promise<void>((resolve) => {
      client.feed({
        message: (message) => {
          messages.push(message);
          if (message.type === 'snapshot')
            for (let revision = 2; revision <= 100; revision++)
              for (const listener of agent.engine.feedListeners)
                listener({ type: 'container', container: container('a', revision) });
          else resolve();
        },
      });
    });
    client.close();
    expect(messages).toEqual([
      { type: 'snapshot', containers: [container('a', 1)] },
      { type: 'container', container: container('a', 100) },
    ]);
  });

  it('passes on whose statistics a client watches, tells them, says it again after a loss, and ends with it', async () => {
    const watch = { host: true, containers: ['a'.repeat(64)] };
    const client = new FrameClient({ connect: unixTransport(agent.socket), build: 'test' });
    const stats = {
      type: 'stats' as const,
      time: 1,
      host: null,
      containers: { ['a'.repeat(64)]: [0.5, 4096, 1, null, null] as const },
    };
    const told = await new Promise<FeedMessage>((resolve) => {
      const feed = client.feed({
        message: (message) => {
          if (message.type === 'stats') resolve(message);
        },
      });
      feed.watch(watch);
      agent.engine.onWatch = () => {
        for (const listener of agent.engine.statsListeners) listener(stats as never);
      };
    });
    expect(told).toEqual(stats);
    expect(agent.engine.watched).toEqual([watch]);
    const again = new Promise<void>((resolve) => {
      agent.engine.onWatch = resolve;
    });
    await agent.close();
    await agent.open();
    await again;
    expect(agent.engine.watched).toEqual([watch, watch]);
    expect(agent.engine.statsListeners.size).toBe(1);
    const ended = new Promise<void>((resolve) => {
      agent.engine.onUnwatch = resolve;
    });
    client.close();
    await ended;
  });

  it('ends for a client whose wish cannot be read', async () => {
    const client = new RawClient(agent.socket).send(hello, open(0, { kind: 'feed' }));
    client.send(encodeFrame(FrameType.feed, { payload: json({ containers: 'some' }) }));
    expect(Buffer.from((await client.next(FrameType.error)).payload).toString()).toContain(
      'feed: containers',
    );
    await client.closed;
  });

  it('of more containers than a frame holds arrives all the same', async () => {
    agent.engine.containers = Array.from({ length: 3_000 }, (_, index) => ({
      ...(container(String(index), 1) as object),
      labels: { text: 'ü'.repeat(300) },
    })) as never;
    const client = new FrameClient({ connect: unixTransport(agent.socket), build: 'test' });
    const ids = new Set<string>();
    await new Promise<void>((resolve) => {
      client.feed({
        message: (message) => {
          const some = message.type === 'snapshot' ? message.containers : [];
          if (message.type === 'container') some.push(message.container);
          for (const { id } of some) ids.add(id);
          if (ids.size === 3_000) resolve();
        },
      });
    });
    client.close();
  });
});

/** Bytes of the whole stream of `web`, read by a client that keeps up. */
function readAll(socket: string): Promise<number> {
  agent.engine.sessions.get('web')?.exit(0);
  const client = new FrameClient({ connect: unixTransport(socket), build: 'test' });
  let bytes = 0;
  return new Promise((resolve, reject) => {
    client.attach(
      { container: 'web', offset: 'start' },
      {
        data: (_stream, chunk) => {
          bytes += chunk.length;
          return undefined;
        },
        exit: () => {
          client.close();
          resolve(bytes);
        },
        error: reject,
      },
    );
  });
}
