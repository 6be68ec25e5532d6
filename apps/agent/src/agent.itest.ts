import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ContainerView, FeedMessage, InfoView } from '@boxyard/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningAgent } from './testing/running-agent.ts';

let agent: RunningAgent;
beforeAll(async () => {
  agent = await RunningAgent.start();
});
afterAll(() => agent[Symbol.asyncDispose]());

/** Resolves when `text` has come out of what `feed` is given. */
function collector() {
  let text = '';
  const waiting: { until: string; resolve: () => void }[] = [];
  return {
    get text() {
      return text;
    },
    add(bytes: Uint8Array) {
      text += Buffer.from(bytes).toString('latin1');
      for (const { until, resolve } of waiting) if (text.includes(until)) resolve();
      return undefined;
    },
    has(until: string) {
      return new Promise<void>((resolve) => {
        waiting.push({ until, resolve });
        if (text.includes(until)) resolve();
      });
    },
  };
}

describe('the agent', () => {
  it('answers procedures on a socket for root alone, and says how it does', async () => {
    expect(statSync(agent.socket).mode & 0o777).toBe(0o600);
    const info = await agent.call<InfoView>('system.info');
    expect(Number(readFileSync(join(agent.folder, 'run', 'boxd.pid'), 'utf8'))).toBe(info.agent.pid);
    expect(info.agent.rssBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(info.agent.eventLoopDelayMs.max).toBeGreaterThan(0);
  });

  it('refuses a second one on its root, with its pid', async () => {
    await expect(agent.launch()).rejects.toThrow(
      /ended with 125: boxd: another agent \(pid \d+\) already uses/,
    );
  });

  it('refuses a port that is taken, and names the way out', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await agent.end('SIGTERM');
    await expect(agent.launch({ BOXYARD_LISTEN: `127.0.0.1:${port}` })).rejects.toThrow(
      `ended with 125: boxd: port ${port} on 127.0.0.1 is taken by another program: choose another with BOXYARD_LISTEN=127.0.0.1:${port + 1}`,
    );
    taken.close();
    await agent.launch();
  });

  it('ends politely with code 0 and leaves the boxes', async () => {
    const id = await agent.run(['sleep', '1000']);
    const before = await agent.call<ContainerView>('containers.inspect', { container: id });
    expect(await agent.end('SIGTERM')).toBe(0);
    await agent.launch();
    const after = await agent.call<ContainerView>('containers.inspect', { container: id });
    expect([after.state, after.pid]).toEqual(['running', before.pid]);
  });
});

describe('an attached client', () => {
  it('loses and doubles nothing although the agent is killed while a box prints fast', async () => {
    const LINES = 60_000;
    const script = `i=0; while [ $i -lt ${LINES} ]; do echo "line $i of the output"; i=$((i+1)); done; exit 3`;
    const { id } = await agent.call<ContainerView>(
      'containers.create',
      { image: 'busybox', command: ['sh', '-c', script] },
      'mutation',
    );
    const client = agent.frames();
    const output = collector();
    const code = new Promise<number>((resolve, reject) => {
      const options = { container: id, offset: 'start' as const, awaitStart: true };
      client.attach(options, {
        data: (_, bytes) => output.add(bytes),
        exit: (exit) => resolve(exit.code),
        error: reject,
      });
    });
    await agent.call('containers.start', { container: id }, 'mutation');
    for (const line of [1_000, 20_000, 40_000]) {
      await output.has(`line ${line} `);
      await agent.end('SIGKILL');
      await agent.launch();
    }
    expect(await code).toBe(3);
    client.close();
    const expected = Array.from({ length: LINES }, (_, index) => `line ${index} of the output\n`).join('');
    expect(output.text.length).toBe(expected.length);
    expect(output.text === expected).toBe(true);
  });

  it('types 8 MiB through cat exactly once although the agent is killed meanwhile', async () => {
    const { id } = await agent.call<ContainerView>(
      'containers.create',
      { image: 'busybox', command: ['cat'], openStdin: true },
      'mutation',
    );
    const sent = randomBytes(8 * 1024 * 1024);
    const hash = createHash('sha256');
    let received = 0;
    let wake = () => {};
    const client = agent.frames();
    const { promise: opened, resolve: isOpen } = Promise.withResolvers<void>();
    const ended = new Promise<void>((resolve, reject) => {
      let at = 0;
      const type = () => {
        while (at < sent.length) {
          const piece = sent.subarray(at, at + 30_000);
          at += piece.length;
          if (!channel.input(piece)) return;
        }
        channel.closeInput();
      };
      const channel = client.attach(
        { container: id, offset: 'start', awaitStart: true, input: true, lossless: true },
        {
          data: (_, bytes) => {
            hash.update(bytes);
            received += bytes.length;
            wake();
            return undefined;
          },
          opened: () => isOpen(),
          writable: type,
          exit: () => resolve(),
          error: reject,
        },
      );
      type();
    });
    await opened;
    await agent.call('containers.start', { container: id }, 'mutation');
    for (const bytes of [500_000, 3_000_000]) {
      while (received < bytes)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      await agent.end('SIGKILL');
      await agent.launch();
    }
    await ended;
    client.close();
    expect(received).toBe(sent.length);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  });
});

describe('a terminal', () => {
  it('shows the same screen to a client that comes after the agent was killed', async () => {
    const id = await agent.run(['sh', '-c', "printf '\\033[?1049h\\033[5;10Hhello \\033[31mred'; cat"], {
      tty: true,
      openStdin: true,
    });
    const screenOf = async (until: string) => {
      const client = agent.frames();
      const output = collector();
      const opened = new Promise<string>((resolve, reject) => {
        client.attach(
          { container: id, offset: 'screen', input: true },
          {
            snapshot: (bytes, { rows, columns }) => {
              output.add(bytes);
              resolve(`${rows}x${columns}`);
              return undefined;
            },
            data: (_, bytes) => output.add(bytes),
            exit: reject,
            error: reject,
          },
        );
      });
      const size = await opened;
      await output.has(until);
      client.close();
      return { size, text: output.text };
    };
    const first = await screenOf('red');
    expect(first.text).toContain('\x1b[?1049h');
    // Wait until it is on disk: what a killed agent had not saved is replayed from the ring, which is the other test.
    const saved = join(agent.folder, 'run', 'containers', id, 'terminals', 'init.json');
    while (!statSync(saved, { throwIfNoEntry: false }))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await agent.end('SIGKILL');
    await agent.launch();
    expect(await screenOf('red')).toEqual(first);
  });

  it('takes typing and sizes', async () => {
    const id = await agent.run(['sh', '-c', 'stty -echo; read x; stty size; echo "got $x"; exit 5'], {
      tty: true,
      openStdin: true,
    });
    const client = agent.frames();
    const output = collector();
    const code = await new Promise<number>((resolve, reject) => {
      const channel = client.attach(
        { container: id, offset: 'start', input: true, rows: 33, columns: 101 },
        { data: (_, bytes) => output.add(bytes), exit: (exit) => resolve(exit.code), error: reject },
      );
      channel.resize(40, 120);
      channel.input(Buffer.from('typed\r'));
    });
    client.close();
    expect(code).toBe(5);
    expect(output.text).toContain('40 120');
    expect(output.text).toContain('got typed');
  });
});

describe('logs and feed', () => {
  it('tell of a box that runs and ends', async () => {
    const client = agent.frames();
    const changes: string[] = [];
    let name = '';
    const ended = new Promise<void>((resolve) => {
      client.feed({
        message: (message: FeedMessage) => {
          if (message.type !== 'container' || message.container.id !== name) return;
          changes.push(message.container.state);
          if (message.container.state === 'exited') resolve();
        },
      });
    });
    name = randomBytes(32).toString('hex');
    await agent.run(['sh', '-c', 'echo out; echo err >&2; sleep 0.2'], { id: name });
    await ended;
    expect(changes.at(-1)).toBe('exited');
    const records = collector();
    await new Promise<void>((resolve, reject) => {
      client.logs({ container: name }, { data: (bytes) => records.add(bytes), end: resolve, error: reject });
    });
    client.close();
    expect(records.text.replaceAll(/^\S+ /gm, '').split('\n').sort()).toEqual([
      '',
      'stderr F err',
      'stdout F out',
    ]);
  });
});
