import type { LogsHandlers } from '@boxyard/api/client';
import { FrameClient } from '@boxyard/api/client';
import { describe, expect, it } from 'vitest';
import type { Screens } from '../terminals/screens.ts';
import { type Cut, cutTransport } from '../testing/cut-transport.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { FrameConnection, UNIX_PRINCIPAL } from './connection.ts';

const noScreens = { has: async () => false } as unknown as Screens;

function connect(engine: FakeEngine, cuts: Cut[], piece?: number) {
  const connections = new Set<FrameConnection>();
  const transport = cutTransport(
    (duplex) => {
      const options = { engine, screens: noScreens, principal: UNIX_PRINCIPAL, build: 'test', web: null };
      connections.add(new FrameConnection(duplex, options));
    },
    cuts,
    piece,
  );
  return { client: new FrameClient({ connect: transport, build: 'test' }), connections };
}

/** Attaches, types, reads to the exit over connections that break as told; what both sides ended up with. */
async function converse(cuts: Cut[], piece?: number) {
  const engine = new FakeEngine();
  const session = engine.session('web');
  const { client, connections } = connect(engine, cuts, piece);
  let output = '';
  let typed = 0;
  const ended = new Promise<number>((resolve, reject) => {
    const channel = client.attach(
      { container: 'web', offset: 'start', input: true },
      {
        data: (_stream, bytes) => {
          output += Buffer.from(bytes).toString('latin1');
          return undefined;
        },
        exit: ({ code }) => resolve(code),
        error: reject,
      },
    );
    const type = (text: string) => channel.input(Buffer.from(text));
    type('first ');
    session.print('one, ');
    const steps = setInterval(() => {
      typed++;
      if (typed === 1) type('second ');
      session.print(`step ${typed}, `);
      if (typed === 2) channel.closeInput();
      if (typed < 3) return;
      clearInterval(steps);
      // The process ends when its input did, as `cat` does.
      const end = setInterval(() => {
        if (!session.inputEnded) return;
        clearInterval(end);
        session.print('end');
        session.exit(7);
      }, 1);
    }, 1);
  });
  const code = await ended;
  client.close();
  await Promise.all([...connections].map((connection) => connection.closed));
  return {
    code,
    output,
    input: [...session.input.values()].map(String),
    viewers: session.viewers,
    connections: connections.size,
  };
}

const expected = {
  code: 7,
  output: 'one, step 1, step 2, step 3, end',
  input: ['first second '],
  viewers: 0,
};

describe('a connection that breaks', () => {
  /** Cuts after the 1st, 2nd, … byte until the conversation ends before its cut; how many were cut. */
  async function sweep(cut: (at: number) => Cut): Promise<number> {
    const BATCH = 50;
    for (let at = 1; ; at += BATCH) {
      const results = await Promise.all(
        Array.from({ length: BATCH }, (_, index) => converse([cut(at + index)])),
      );
      for (const result of results) expect(result).toMatchObject(expected);
      const uncut = results.findIndex(({ connections }) => connections === 1);
      if (uncut >= 0) return at + uncut - 1;
    }
  }

  it('after any byte towards the client changes nothing of what was printed and typed', async () => {
    expect(await sweep((toClient) => ({ toClient, toAgent: Infinity }))).toBeGreaterThan(200);
  });

  it('after any byte towards the agent changes nothing either', async () => {
    expect(await sweep((toAgent) => ({ toClient: Infinity, toAgent }))).toBeGreaterThan(200);
  });

  it('again and again, in both directions, with bytes arriving one by one, changes nothing', async () => {
    const cuts = Array.from({ length: 12 }, (_, index) => ({
      toClient: 120 + index * 37,
      toAgent: 260 + index * 11,
    }));
    const result = await converse(cuts, 1);
    expect(result).toMatchObject(expected);
    expect(result.connections).toBeGreaterThan(1);
  });
});

describe('logs', () => {
  const records = Array.from({ length: 200 }, (_, index) => {
    const tag = index % 3 === 0 ? 'P' : 'F';
    return { tag, text: `line ${index}` };
  });
  const engineWithLog = () => {
    const engine = new FakeEngine();
    let offset = 0;
    for (const { tag, text } of records) {
      engine.logRecords.push({
        offset,
        record: `2026-11-22T05:53:27.123456789Z stdout ${tag} ${text}\n`,
      });
      offset += text.length + (tag === 'F' ? 1 : 0);
    }
    return engine;
  };

  it('give every record once although the connection breaks in between', async () => {
    const engine = engineWithLog();
    const cuts = [400, 1_000, 2_500, 4_000].map((toClient) => ({ toClient, toAgent: Infinity }));
    const { client, connections } = connect(engine, cuts);
    let text = '';
    await new Promise<void>((end, error) => {
      const handlers: LogsHandlers = {
        data: (bytes) => {
          text += Buffer.from(bytes).toString();
          return undefined;
        },
        end,
        error,
      };
      client.logs({ container: 'web', tail: 1_000 }, handlers);
    });
    client.close();
    expect(text).toBe(engine.logRecords.map(({ record }) => record).join(''));
    expect(connections.size).toBe(5);
  });
});

describe('a search', () => {
  it('begins anew when the connection breaks, and gives what it found once', async () => {
    const engine = new FakeEngine();
    for (let index = 0; index < 300; index++) {
      const record = `2026-11-22T05:53:27.123456789Z stdout F line ${index}\n`;
      engine.logRecords.push({ offset: index * 9, record });
    }
    const { client, connections } = connect(engine, [{ toClient: 9_000, toAgent: Infinity }]);
    let texts: string[] = [];
    const end = await new Promise((resolve, error) => {
      client.search(
        { container: 'web', pattern: 'line' },
        {
          matches: (matches) => texts.push(...matches.map(({ text }) => text)),
          restarted: () => {
            texts = [];
          },
          end: resolve,
          error,
        },
      );
    });
    client.close();
    expect(end).toEqual({ scanned: 2, total: 2, next: null });
    expect(texts).toEqual(Array.from({ length: 300 }, (_, index) => `line ${index}`));
    expect(connections.size).toBe(2);
  });
});
