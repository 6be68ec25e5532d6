import { Socket } from 'node:net';

/** Everything that comes out of a connected socket until its other end closes. Takes the descriptor over. */
export async function receiveAll(fd: number): Promise<Buffer> {
  const socket = new Socket({ fd, readable: true, writable: false });
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
