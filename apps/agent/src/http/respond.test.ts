import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { readJson } from './respond.ts';

afterEach(() => vi.useRealTimers());

it('a body that never ends loses its connection', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const read = new Promise((resolve) => {
    server.once('request', (request) => {
      resolve(readJson(request).catch((error: unknown) => error));
      request.once('data', () => vi.advanceTimersByTime(10_000));
    });
  });
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': 'application/json' };
  const sent = send({ port, host: '127.0.0.1', method: 'POST', headers });
  const lost = new Promise((resolve) => sent.once('error', resolve));
  sent.write('{"token":');
  expect(await lost).toMatchObject({ code: 'ECONNRESET' });
  expect(await read).toBeInstanceOf(Error);
  server.close();
});
