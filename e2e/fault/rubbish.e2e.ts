/** Clients that send what no client sends: each loses its connection and hears why; nobody else notices. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { BoxError, encodeFrame, FrameType } from '@boxyard/spec';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { framesUntilEnd, HELLO, json, openFrames } from '../harness/frames.ts';
import { Client, countLines } from './numbered.ts';
import { chooseSeed, Random } from './random.ts';

let agent: TestAgent;
let witness: Client;
let pid: number;
beforeAll(async () => {
  agent = await TestAgent.start({ BOXYARD_LISTEN: '127.0.0.1:7420' });
  pid = agent.pid;
  const script = 'i=0; while read -r word; do i=$((i+1)); echo tick $i; done';
  await agent.ok(['run', '-d', '-i', '--name', 'ticker', 'busybox', 'sh', '-c', script]);
  witness = new Client(agent, ['attach', 'ticker']);
});
afterAll(async () => {
  witness.child.kill('SIGKILL');
  await agent.stop();
});

/** The same agent still serves: the other client's box answers it. */
let ticks = 0;
async function expectUnharmed(): Promise<void> {
  witness.child.stdin?.write('tick\n');
  await witness.heard(`tick ${++ticks}\n`);
  expect(countLines(witness.stdout, 'tick')).toBe(ticks);
  expect(agent.pid).toBe(pid);
  process.kill(pid, 0);
}

const frame = (type: number, channel: number, payload: Uint8Array = new Uint8Array(0)) =>
  encodeFrame(type, { channel, payload });
const attach = { kind: 'attach', container: 'ticker', clientId: '00000000000000aa', credit: 1000 };
const header = (length: number, type: number = FrameType.input) => {
  const bytes = Buffer.alloc(16);
  bytes[0] = type;
  bytes.writeUInt32LE(length, 4);
  return bytes;
};

const RUBBISH: [string, Uint8Array[]][] = [
  ['text', [Buffer.from('hello, is anybody there?\n'.repeat(10))]],
  ['zeros', [Buffer.alloc(100_000)]],
  ['ones', [Buffer.alloc(100_000, 0xff)]],
  ['a frame before hello', [frame(FrameType.input, 1, Buffer.from('x'))]],
  ['a hello that is no JSON', [frame(FrameType.hello, 0, Buffer.from('{"protocol":'))]],
  ['a hello that is null', [frame(FrameType.hello, 0, Buffer.from('null'))]],
  ['a hello of another protocol', [frame(FrameType.hello, 0, json({ protocol: 2 }))]],
  ['a second hello', [HELLO, HELLO]],
  ['a frame of 4 GiB', [HELLO, header(0xffff_ffff)]],
  ['a frame of 1 MiB and a byte', [HELLO, header(1024 * 1024 + 1)]],
  ['a type that there is not', [HELLO, frame(200, 1)]],
  ['a type that only the agent sends', [HELLO, frame(FrameType.exit, 1, json({ code: 0 }))]],
  ['a type of the supervisor', [HELLO, frame(FrameType.exec, 1)]],
  ['an open without JSON', [HELLO, frame(FrameType.open, 1, Buffer.from([1, 2, 3]))]],
  ['the feed on another channel', [HELLO, frame(FrameType.open, 1, json({ kind: 'feed' }))]],
  ['a box on the channel of the feed', [HELLO, frame(FrameType.open, 0, json(attach))]],
  [
    'a channel opened twice',
    [HELLO, frame(FrameType.open, 1, json(attach)), frame(FrameType.open, 1, json(attach))],
  ],
  [
    'credit of three bytes',
    [HELLO, frame(FrameType.open, 1, json(attach)), frame(FrameType.credit, 1, Buffer.alloc(3))],
  ],
];

test.each(RUBBISH)('%s on the unix socket ends that connection with a reason', async (_, parts) => {
  const socket = await openFrames(agent.socketPath);
  for (const part of parts) socket.write(part);
  const frames = await framesUntilEnd(socket);
  expect(frames[0]?.type).toBe(FrameType.hello);
  const last = frames.at(-1);
  expect(last?.type).toBe(FrameType.error);
  expect(JSON.parse(Buffer.from(last?.payload ?? []).toString())).toMatchObject({
    code: expect.stringMatching(/^(INVALID_ARGUMENT|UNSUPPORTED)$/),
    message: expect.stringMatching(/^[^\n]+$/),
  });
  await expectUnharmed();
});

test('200 connections of random bytes, with and without a hello before', async () => {
  const random = new Random(chooseSeed());
  for (let round = 0; round < 200; round++) {
    const socket = await openFrames(agent.socketPath);
    if (round % 2 === 0) socket.write(HELLO);
    const bytes = Buffer.from(Array.from({ length: 16 + random.below(400) }, () => random.below(256)));
    // Half of them begin like a frame with a payload.
    if (random.below(2) === 0) {
      bytes[0] = random.below(20);
      bytes.writeUInt32LE(random.below(bytes.length), 4);
    }
    socket.end(bytes);
    await framesUntilEnd(socket);
  }
  await expectUnharmed();
});

test.each([
  ['no HTTP', 'rubbish\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['endless headers', `GET / HTTP/1.1\r\nHost: x\r\n${'X-Long: yes\r\n'.repeat(10_000)}`, /^HTTP\/1\.1 431 /],
  [
    'an upgrade to something else',
    'GET /frames HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
])('%s on the unix socket is answered and ends', async (_, bytes, answer) => {
  const socket = connect(agent.socketPath);
  socket.on('error', () => undefined);
  socket.write(bytes);
  const [first] = (await once(socket, 'data')) as [Buffer];
  expect(first.toString('latin1')).toMatch(answer);
  socket.destroy();
  await expectUnharmed();
});

test('a body that is too long is refused', async () => {
  const long = { image: 'busybox', labels: { long: 'x'.repeat(2 * 1024 * 1024) } };
  await expect(apiOf(agent).mutate('containers.create', long)).rejects.toBeInstanceOf(BoxError);
  await expectUnharmed();
});

test.each(RUBBISH)('%s in a WebSocket ends that connection with a reason', async (_, parts) => {
  const socket = await openWebSocket();
  const messages: Buffer[] = [];
  socket.on('message', (data: Buffer) => messages.push(data));
  for (const part of parts) socket.send(part);
  await once(socket, 'close');
  const said = Buffer.concat(messages).toString('latin1');
  expect(said).toMatch(/"code":"(INVALID_ARGUMENT|UNSUPPORTED)"/);
  await expectUnharmed();
});

test('text and oversized messages in a WebSocket end that connection', async () => {
  for (const message of ['{"kind":"feed"}', Buffer.alloc(2 * 1024 * 1024)]) {
    const socket = await openWebSocket();
    socket.send(message);
    const [code] = await once(socket, 'close');
    expect([1003, 1009]).toContain(code);
    await expectUnharmed();
  }
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});

const ORIGIN = 'http://127.0.0.1:7420';
let session: Promise<{ cookie: string; secret: string }> | undefined;

/** A WebSocket as a signed-in page opens it. */
async function openWebSocket(): Promise<WebSocket> {
  session ??= signIn();
  const { cookie, secret } = await session;
  const { ticket } = (await post('/session/ticket', { cookie, 'x-boxyard-session': secret })).body;
  const socket = new WebSocket('ws://127.0.0.1:7420/frames', ['boxyard-frames', `ticket.${ticket}`], {
    headers: { origin: ORIGIN, cookie },
  });
  await once(socket, 'open');
  return socket;
}

async function signIn(): Promise<{ cookie: string; secret: string }> {
  const { url } = await apiOf(agent).mutate('system.signInLink', undefined);
  const token = new URL(url).hash.slice('#token='.length);
  const { body, cookie } = await post('/session', {}, { token });
  return { cookie, secret: body.secret ?? '' };
}

async function post(path: string, headers: Record<string, string>, body: object = {}) {
  const sent = request(`${ORIGIN}${path}`, {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json', ...headers },
  });
  sent.end(JSON.stringify(body));
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  const cookie = String(response.headers['set-cookie']?.[0]).split(';')[0] ?? '';
  return { cookie, body: JSON.parse(text) as { ticket?: string; secret?: string } };
}
