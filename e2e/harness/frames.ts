/** Frames by hand: for clients that no honest program is. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFrame, type Frame, FrameDecoder, FrameType } from '@boxyard/spec';

const UPGRADE =
  'GET /frames HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: boxyard-frames\r\n\r\n';

export const json = (value: unknown) => Buffer.from(JSON.stringify(value));
export const HELLO = encodeFrame(FrameType.hello, {
  payload: json({ protocol: 1, build: 'test', features: [] }),
});

/** An upgraded connection to boxd.sock, before any frame. What follows the answer's head is kept in the socket. */
export async function openFrames(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  socket.write(UPGRADE);
  let head = Buffer.alloc(0);
  while (!head.includes('\r\n\r\n')) {
    await once(socket, 'readable');
    head = Buffer.concat([head, (socket.read() as Buffer | null) ?? Buffer.alloc(0)]);
  }
  socket.unshift(head.subarray(head.indexOf('\r\n\r\n') + 4));
  socket.on('error', () => undefined);
  return socket;
}

/** All frames until the agent closes the connection. */
export async function framesUntilEnd(socket: Socket): Promise<Frame[]> {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  for await (const chunk of socket) frames.push(...decoder.push(chunk as Buffer));
  return frames;
}
