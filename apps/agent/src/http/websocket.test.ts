import { FrameClient } from '@boxyard/api/client';
import { webSocketTransport } from '@boxyard/api/client/browser';
import { encodeFrame, FrameType } from '@boxyard/spec';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { TestAgent } from '../testing/test-agent.ts';

let agent: TestAgent;
beforeEach(async () => {
  agent = await TestAgent.start();
});
afterEach(() => {
  vi.useRealTimers();
  return agent[Symbol.asyncDispose]();
});

async function newTicket(session: Record<string, string>): Promise<string> {
  return (await agent.tcp('POST', '/session/ticket', session, '')).json.ticket;
}

function open(
  headers: Record<string, string>,
  protocols: string[],
  path = '/frames',
): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${agent.host}${path}`, protocols, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => {});
  });
}

const hello = encodeFrame(FrameType.hello, {
  payload: Buffer.from(JSON.stringify({ protocol: 1, build: 'test', features: [] })),
});

describe('the WebSocket', () => {
  it('opens once for a ticket, for the session that fetched it, from our origin', async () => {
    const session = await agent.signIn();
    const other = await agent.signIn();
    const { origin, cookie } = session;
    const protocols = async () => ['boxyard-frames', `ticket.${await newTicket(session)}`];
    expect(await open({ origin, cookie }, ['boxyard-frames'])).toBe(401);
    expect(await open({ origin, cookie }, ['boxyard-frames', 'ticket.guess'])).toBe(401);
    expect(
      await open({ origin, cookie }, ['boxyard-frames'], `/frames?ticket=${await newTicket(session)}`),
    ).toBe(401);
    expect(await open({ origin }, await protocols())).toBe(401);
    expect(await open({ origin, cookie: other.cookie }, await protocols())).toBe(401);
    expect(await open({ cookie }, await protocols())).toBe(403);
    expect(await open({ origin: 'http://127.0.0.1:8080', cookie }, await protocols())).toBe(403);
    expect(await open({ origin, cookie, host: 'evil.example' }, await protocols())).toBe(403);
    const good = await protocols();
    const socket = await open({ origin, cookie }, good);
    expect(socket).toBeInstanceOf(WebSocket);
    expect((socket as WebSocket).protocol).toBe('boxyard-frames');
    (socket as WebSocket).terminate();
    expect(await open({ origin, cookie }, good)).toBe(401);
  });

  it('is closed when its session is signed out', async () => {
    const session = await agent.signIn();
    const { origin, cookie } = session;
    const socket = (await open({ origin, cookie }, [
      'boxyard-frames',
      `ticket.${await newTicket(session)}`,
    ])) as WebSocket;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await agent.tcp('DELETE', '/session', session);
    await closed;
  });

  it('is pinged every 25 s and given up after 60 s of silence', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    const session = await agent.signIn();
    const { origin, cookie } = session;
    const socket = new WebSocket(
      `ws://${agent.host}/frames`,
      ['boxyard-frames', `ticket.${await newTicket(session)}`],
      { headers: { origin, cookie }, autoPong: false },
    );
    const next = (event: string) => new Promise((resolve) => socket.once(event, resolve));
    // The agent took what was sent before when it answers.
    const taken = () => {
      const ponged = next('pong');
      socket.ping();
      return ponged;
    };
    await next('open');
    socket.send(hello);
    await taken();
    for (const answers of [true, true, true, false, false]) {
      const pinged = next('ping');
      vi.advanceTimersByTime(25_000);
      await pinged;
      if (answers) socket.pong();
      await taken();
    }
    const closed = next('close');
    vi.advanceTimersByTime(10_000);
    expect(await closed).toBe(1006);
  });

  it('keeps its session in use, and ends with it', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const session = await agent.signIn();
    const { origin, cookie } = session;
    const socket = (await open({ origin, cookie }, [
      'boxyard-frames',
      `ticket.${await newTicket(session)}`,
    ])) as WebSocket;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    const day = 24 * 60 * 60_000;
    const isIn = async () => (await agent.tcp('GET', '/trpc/access.status', session)).status;
    for (let half = 0; half < 4; half++) {
      vi.setSystemTime(Date.now() + 6 * day);
      vi.advanceTimersByTime(60_000);
    }
    expect(await isIn()).toBe(200);
    vi.setSystemTime(Date.now() + 6 * day);
    vi.advanceTimersByTime(60_000);
    await closed;
    expect(await isIn()).toBe(401);
  });

  it('does not serve tickets to half a session', async () => {
    const { cookie, 'x-boxyard-session': _, ...rest } = await agent.signIn();
    expect((await agent.tcp('POST', '/session/ticket', { ...rest, cookie }, '')).status).toBe(401);
  });

  it('ends with a message over the limit, text or rubbish; the agent goes on', async () => {
    const session = await agent.signIn();
    const { origin, cookie } = session;
    const sends: (string | Uint8Array)[] = [
      'text',
      new Uint8Array(2 * 1024 * 1024),
      new Uint8Array(100).fill(255),
    ];
    for (const message of sends) {
      const socket = (await open({ origin, cookie }, [
        'boxyard-frames',
        `ticket.${await newTicket(session)}`,
      ])) as WebSocket;
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.send(hello);
      socket.send(message);
      await closed;
    }
    expect((await agent.tcp('GET', '/healthz')).status).toBe(200);
  });

  it('carries frames to the browser client', async () => {
    const session = await agent.signIn();
    const { origin, cookie } = session;
    agent.engine.session('web').print('hello from the box');
    // The browser's own WebSocket sends origin and cookie by itself; here the test does.
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers: { origin, cookie } });
      }
    } as unknown as typeof globalThis.WebSocket;
    const client = new FrameClient({
      build: 'test',
      connect: webSocketTransport({ url: `ws://${agent.host}/frames`, ticket: () => newTicket(session) }),
    });
    const text = await new Promise((resolve, reject) => {
      client.attach(
        { container: 'web', offset: 'start' },
        {
          data: (_stream, bytes) => {
            resolve(Buffer.from(bytes).toString());
            return undefined;
          },
          exit: reject,
          error: reject,
        },
      );
    });
    client.close();
    expect(text).toBe('hello from the box');
  });
});
