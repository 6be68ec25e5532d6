import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { responseDuplex } from './response-duplex.ts';

const server = createServer();
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** An answer that its client asked for and does not read. */
async function openAnswer(): Promise<ServerResponse> {
  const asked = new Promise<ServerResponse>((resolve) =>
    server.once('request', (_, response) => resolve(response)),
  );
  get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).on('error', () => {});
  return asked;
}

const nobody = { bytes() {}, drained() {}, closed() {} };

it('an answer that was ended while its client does not read says nothing more, and fails nobody', async () => {
  const response = await openAnswer();
  const errors: unknown[] = [];
  response.on('error', (error) => errors.push(error));
  const duplex = responseDuplex(response, []);
  duplex.listen(nobody);
  duplex.close();
  vi.advanceTimersByTime(60_000);
  duplex.send(new Uint8Array(4));
  await new Promise((resolve) => setImmediate(resolve));
  expect(errors).toEqual([]);
});

it('a client that left before anybody listened is told of, and its heartbeat ends', async () => {
  const response = await openAnswer();
  const gone = new Promise((resolve) => response.once('close', resolve));
  response.destroy();
  await gone;
  const closed = vi.fn();
  responseDuplex(response, []).listen({ ...nobody, closed });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});
