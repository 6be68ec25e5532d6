/** Clients that ask for everything and read nothing: the box, the other clients and the agent's memory do not notice. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { FrameClient } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { encodeFrame, FrameType } from '@boxyard/spec';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { HELLO, json, openFrames } from '../harness/frames.ts';
import { Client } from './numbered.ts';

const PRINTED_MIB = 32;
/** What the agent may grow by while ten clients do not read 32 MiB each: their windows, the terminals' Worker, a late collection. */
const GROWTH_MIB = 64;
const STALLED = 10;

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

const residentMiB = () =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8'))?.[1]) / 1024;

/** Opens a stream, grants all the credit there is, again and again, and never reads. */
async function stalledClient(open: object): Promise<Socket> {
  const socket = await openFrames(agent.socketPath);
  const credit = Buffer.alloc(4);
  credit.writeUInt32LE(0xffff_ffff);
  socket.write(HELLO);
  const payload = json({ ...open, credit: 16_777_216 });
  socket.write(encodeFrame(FrameType.open, { channel: 1, payload }));
  for (let at = 0; at < 16; at++)
    socket.write(encodeFrame(FrameType.credit, { channel: 1, payload: credit }));
  return socket;
}

test.each([
  ['pipes', [], 'attach'],
  ['a terminal', ['-t'], 'attach'],
  ['a log that is followed', [], 'logs'],
] as const)('%s: everybody else gets all of it', async (name, flags, kind) => {
  const size = PRINTED_MIB * 1024 * 1024;
  const script = `read go; head -c ${size} /dev/zero | tr '\\0' y | fold -w 79; echo; echo finished; exit 5`;
  const box = `box-${name.length}`;
  const run = ['run', '-d', '-i', ...flags, '--name', box, '--log-opt', 'max-size=1g', 'busybox'];
  await agent.ok([...run, 'sh', '-c', script]);
  const clientId = (at: number) => `00000000000000${(16 + at).toString(16)}`;
  const stalled = await Promise.all(
    Array.from({ length: STALLED }, (_, at) =>
      stalledClient(
        kind === 'attach'
          ? { kind, container: box, clientId: clientId(at), input: false, offset: 'live' }
          : { kind, container: box, follow: true },
      ),
    ),
  );
  const reader = new Client(agent, ['logs', '-f', box]);
  const before = residentMiB();
  const attached = new Client(agent, ['attach', box]);
  attached.child.stdin?.write('go\n');
  expect(await agent.ok(['wait', box])).toBe('5');
  const grown = residentMiB() - before;
  expect(await attached.ended).toBe(5);
  expect(await reader.ended).toBe(0);
  expect(attached.stdout).toMatch(/finished\r?\n$/);
  expect(reader.stdout).toMatch(/finished\r?\n$/);
  expect(reader.stdout.replaceAll(/[\r\n]|go|finished/g, '')).toHaveLength(size);
  expect(grown).toBeLessThan(GROWTH_MIB);
  for (const socket of stalled) socket.destroy();
  await agent.ok(['rm', box]);
});

test('a viewer that begins long ago, while the box prints on, catches up with every byte and the end', async () => {
  const size = PRINTED_MIB * 1024 * 1024;
  const script = `head -c ${size / 2} /dev/zero; echo half; head -c ${size / 2} /dev/zero; exit 6`;
  const run = ['run', '-d', '--name', 'long', '--log-opt', 'max-size=1g', 'busybox', 'sh', '-c'];
  await agent.ok([...run, `${script.replaceAll('/dev/zero', "/dev/zero | tr '\\\\0' y | fold -w 4000")}`]);
  const frames = new FrameClient({ connect: unixTransport(agent.socketPath), build: 'test' });
  let bytes = 0;
  const exit = await new Promise((resolve, reject) => {
    frames.attach(
      { container: 'long', offset: 'start', input: false },
      {
        data: (_stream, chunk) => {
          bytes += chunk.length;
          return undefined;
        },
        exit: resolve,
        error: reject,
      },
    );
  });
  frames.close();
  expect(exit).toMatchObject({ code: 6 });
  const log = await agent.ok(['logs', 'long']);
  expect(bytes).toBeGreaterThan(size);
  expect(bytes - log.length).toBeLessThanOrEqual(1); // ok() trims
  await agent.ok(['rm', 'long']);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
