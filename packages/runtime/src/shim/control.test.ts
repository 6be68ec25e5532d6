import { Socket } from 'node:net';
import { LinuxSyscalls } from '@boxyard/kernel';
import { encodeFrame, type Frame, FrameDecoder, FrameType, OPERATIONS } from '@boxyard/spec';
import { afterAll, afterEach, expect, test } from 'vitest';
import { ShimClient } from './control.ts';
import type { SessionExit } from './messages.ts';

const kernel = new LinuxSyscalls();
const open: { [Symbol.dispose](): void }[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) thing[Symbol.dispose]();
});
afterAll(() => kernel[Symbol.dispose]());

/** The other end of a real socket pair: sends what a test says, keeps what it gets. */
function fakeShim(greeting = hello(1, 1)) {
  const [ours, theirs] = kernel.socketpair('stream');
  const shim = new Socket({ fd: theirs });
  const decoder = new FrameDecoder();
  const waiting: ((frame: Frame) => void)[] = [];
  const received: Frame[] = [];
  shim.on('data', (chunk: Uint8Array) => {
    for (const frame of decoder.push(chunk)) {
      const next = waiting.shift();
      if (next) next(frame);
      else received.push(frame);
    }
  });
  shim.on('error', () => {}); // a test may cut the connection while we write
  shim.write(greeting);
  const exits: SessionExit[] = [];
  const closed = Promise.withResolvers<Error | undefined>();
  const client = ShimClient.over(kernel, ours, {
    onExit: (exit) => exits.push(exit),
    onClose: closed.resolve,
  });
  open.push(client, { [Symbol.dispose]: () => shim.destroy() });
  return {
    client,
    shim,
    exits,
    closed: closed.promise,
    frame: () => {
      const first = received.shift();
      return first ? Promise.resolve(first) : new Promise<Frame>((resolve) => waiting.push(resolve));
    },
  };
}

function hello(lowest: number, highest: number): Uint8Array {
  const payload = Buffer.alloc(8 + 5);
  payload.writeUInt16LE(lowest, 0);
  payload.writeUInt16LE(highest, 2);
  payload.write('9.9.9', 8);
  return encodeFrame(FrameType.hello, { payload });
}

function error(
  offset: number,
  fields: { errno: number; opcode?: number; index?: number; text: string },
): Uint8Array {
  const payload = Buffer.alloc(8 + fields.text.length);
  payload.writeUInt32LE(fields.errno, 0);
  payload.writeUInt16LE(fields.opcode ?? 0, 4);
  payload.writeUInt16LE(fields.index ?? 0, 6);
  payload.write(fields.text, 8);
  return encodeFrame(FrameType.error, { offset, payload });
}

/** One running init session of process 42. */
function state(offset: number): Uint8Array {
  const session = Buffer.alloc(1 + 16 + 24 + 4);
  session.writeUInt32LE(1, 1); // flags: a terminal
  session.writeUInt32LE(42, 5);
  session.writeBigUInt64LE(1000n, 25);
  session.writeBigUInt64LE(500n, 33);
  session.writeUInt16LE(24, 41);
  session.writeUInt16LE(80, 43);
  const head = Buffer.alloc(18);
  head.writeUInt32LE(42, 0);
  head.writeUInt32LE(1, 4);
  head.writeBigUInt64LE(7n, 8);
  head.writeUInt16LE(1, 16);
  return encodeFrame(FrameType.state, { offset, payload: Buffer.concat([head, session]) });
}

test('a start is done when the first state comes', async () => {
  const { client, shim } = fakeShim();
  shim.write(state(0));
  expect(await client.started()).toEqual({
    initPid: 42,
    status: 'running',
    startedAt: 7n,
    sessions: [{ id: '', flags: 1, pid: 42, outputEnd: 1000, oldestOffset: 500, rows: 24, columns: 80 }],
  });
});

test.each([
  ['exec', 2, 'COMMAND_NOT_FOUND'],
  ['exec', 13, 'COMMAND_NOT_EXECUTABLE'],
  ['resolveUser', 2, 'INVALID_ARGUMENT'],
  ['slotTree', 2, 'NOT_FOUND'],
  ['rlimit', 1, 'PERMISSION_DENIED'],
  ['pivot', 22, 'INTERNAL'],
] as const)('a start that fails at %s with errno %i is %s', async (operation, errno, code) => {
  const { client, shim } = fakeShim();
  shim.end(error(0, { errno, opcode: OPERATIONS[operation].code, index: 3, text: 'it went wrong' }));
  await expect(client.started()).rejects.toMatchObject({
    code,
    message: 'it went wrong',
    details: { operation, index: 3 },
  });
});

test('a supervisor of another protocol is refused by name', async () => {
  const { client } = fakeShim(hello(2, 3));
  await expect(client.started()).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: "the box's supervisor (9.9.9) speaks protocol 2 to 3, this agent 1 to 1",
  });
});

test.each([
  ['ends', (shim: Socket) => shim.end()],
  ['sends rubbish', (shim: Socket) => shim.write(Buffer.alloc(64, 0xff))],
  ['sends a state that is cut off', (shim: Socket) => shim.write(encodeFrame(FrameType.state))],
])('when the supervisor %s every open request fails, and later ones at once', async (_what, act) => {
  const { client, shim, closed, frame } = fakeShim();
  await frame(); // hello
  const pending = client.signal(15);
  await frame();
  act(shim);
  await expect(pending).rejects.toThrow();
  await closed;
  await expect(client.state()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(client.closed).toBe(true);
});

test('answers find their requests in any order', async () => {
  const { client, shim, frame } = fakeShim();
  await frame();
  const [first, second] = [client.signal(15), client.state()];
  const [one, two] = [await frame(), await frame()];
  shim.write(state(two.offset));
  shim.write(error(one.offset, { errno: 3, text: 'no such process' }));
  await expect(first).rejects.toMatchObject({ message: 'no such process', details: { errno: 'ESRCH' } });
  expect((await second).initPid).toBe(42);
});

test('an exit comes with its status and the end of its output', async () => {
  const { client, shim, exits, frame } = fakeShim();
  await frame();
  const payload = Buffer.from('ffffffff0900000001000000' + '0500000000000000' + '02' + '6162', 'hex');
  shim.write(encodeFrame(FrameType.exit, { offset: 77, payload }));
  const asked = client.state();
  shim.write(state((await frame()).offset));
  await asked;
  expect(exits).toEqual([{ id: 'ab', status: { kind: 'oom', signal: 9 }, finishedAt: 5n, outputEnd: 77 }]);
});

test('an exec frame brings the helper and the plan as descriptors', async () => {
  const { client, shim, frame } = fakeShim();
  await frame();
  const helper = kernel.memfd('helper', Buffer.from('helper'));
  const request = { id: 'ab', flags: 0, rows: 24, columns: 80, ringBytes: 1024 };
  const pid = client.exec(request, [{ name: 'exec', args: ['true'] }], helper);
  const sent = await frame();
  expect(sent.type).toBe(FrameType.exec);
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(99, 0);
  shim.write(encodeFrame(FrameType.ack, { offset: sent.offset, payload }));
  expect(await pid).toBe(99);
  kernel.close(helper);
});
