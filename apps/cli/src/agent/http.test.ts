import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange, parseResponse } from './http.ts';

const folder = mkdtempSync(join(tmpdir(), 'box-http-'));
const socketPath = join(folder, 'boxd.sock');
const server = createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    if (request.url === '/close') return void request.socket.destroy();
    const text = `${request.method} ${request.url} ${bytes}`;
    if (request.url === '/chunked') {
      response.write(text.slice(0, 3));
      response.end(text.slice(3));
    } else
      response.writeHead(request.url === '/bad' ? 400 : 200, { 'content-length': text.length }).end(text);
  });
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(socketPath, resolve)));
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const ask = async (request: Omit<Parameters<typeof exchange>[0], 'socketPath'>) => {
  const { status, body } = await exchange({ socketPath, ...request });
  return `${status} ${body}`;
};

test('requests and answers pass, with a length or chunked', async () => {
  expect(await ask({ method: 'GET', path: '/x' })).toBe('200 GET /x 0');
  expect(await ask({ method: 'GET', path: '/chunked' })).toBe('200 GET /chunked 0');
  expect(await ask({ method: 'POST', path: '/bad', body: '{"é":1}' })).toBe('400 POST /bad 8');
});

test('a stream is sent whole, whatever its pieces', async () => {
  async function* body() {
    yield Buffer.alloc(300_000);
    yield Buffer.alloc(0);
    for (let piece = 0; piece < 50; piece++) yield Buffer.alloc(20_000, piece);
  }
  expect(await ask({ method: 'POST', path: '/up', body: body() })).toBe('200 POST /up 1300000');
});

test('nobody listening, and a connection that is lost, are told apart', async () => {
  await expect(
    exchange({ socketPath: `${socketPath}.none`, method: 'GET', path: '/' }),
  ).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'the agent is not running',
    details: { connected: false },
  });
  await expect(ask({ method: 'GET', path: '/close' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { connected: true },
  });
});

test('an answer is parsed however its bytes arrive', () => {
  const bytes = Buffer.from(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na;x=1\r\n0123456789\r\n0\r\n\r\n',
  );
  for (let cut = 0; cut < bytes.length - 4; cut++)
    expect(parseResponse([bytes.subarray(0, cut)])).toBeUndefined();
  for (let cut = 1; cut < bytes.length; cut++) {
    expect(parseResponse([bytes.subarray(0, cut), bytes.subarray(cut)])?.body.toString()).toBe(
      'abc0123456789',
    );
  }
});
