/** Pages of other sites and other ports of this host: whatever they make the browser send, nothing is read and nothing changes. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { LIST, REMOVE, REMOVE_WEB, type Signed, WebClient } from './web-client.ts';

const PORT = 7462;
let agent: TestAgent;
let web: WebClient;
let session: Signed;
beforeAll(async () => {
  agent = await TestAgent.start({ BOXYARD_LISTEN: `127.0.0.1:${PORT}` });
  await agent.ok(['run', '-d', '--name', 'web', 'busybox', 'sleep', '1000']);
  web = new WebClient(agent, PORT);
  session = await web.signIn();
});
afterEach(async () => {
  expect(await agent.ok(['ps', '--format', '{{.Names}}'])).toBe('web');
  expect((await web.ask('GET', LIST, { headers: session })).status).toBe(200);
});
afterAll(() => agent[Symbol.asyncDispose]());

const FOREIGN = [
  'http://evil.example',
  'null',
  `http://127.0.0.1:${PORT + 1}`,
  `http://localhost:${PORT}`,
  `https://127.0.0.1:${PORT}`,
  `http://127.0.0.1:${PORT}.evil.example`,
  `http://127.0.0.1:${PORT}/`,
  '',
];

test('a foreign Origin, another port of this host and "null" are refused, with both halves of a session', async () => {
  for (const origin of FOREIGN) {
    const headers = { ...session, origin };
    for (const [method, path, body] of [
      ['GET', LIST, undefined],
      ['POST', REMOVE, REMOVE_WEB],
      ['POST', '/session/ticket', ''],
      ['POST', '/feed', '{}'],
      ['DELETE', '/session', ''],
    ] as const)
      expect([
        origin,
        path,
        (await web.ask(method, path, { headers, ...(body ? { body } : {}) })).status,
      ]).toEqual([origin, path, 403]);
    expect([origin, await web.socket(headers, await web.ticket(session))]).toEqual([origin, 403]);
  }
});

test('a change and a WebSocket without an Origin are refused', async () => {
  const { origin: _, ...headers } = session;
  expect((await web.ask('POST', REMOVE, { headers, body: REMOVE_WEB })).status).toBe(403);
  expect((await web.ask('DELETE', '/session', { headers })).status).toBe(403);
  expect(await web.socket({ cookie: session.cookie }, await web.ticket(session))).toBe(403);
});

test('what the browser itself calls same-site or cross-site is refused', async () => {
  for (const site of ['same-site', 'cross-site']) {
    const headers = { ...session, 'sec-fetch-site': site };
    expect((await web.ask('GET', LIST, { headers })).status).toBe(403);
    expect((await web.ask('POST', REMOVE, { headers, body: REMOVE_WEB })).status).toBe(403);
  }
});

test('a name that was made to resolve to this host is refused everywhere', async () => {
  for (const host of [
    'evil.example',
    `evil.example:${PORT}`,
    `127.0.0.1.nip.io:${PORT}`,
    `127.0.0.1:${PORT + 1}`,
    '127.0.0.1',
    `127.0.0.1:${PORT}@evil.example`,
  ]) {
    const headers = { ...session, host, origin: `http://${host}`, 'x-forwarded-host': `127.0.0.1:${PORT}` };
    for (const path of ['/', '/healthz', '/session', LIST, '/nowhere'])
      expect([host, path, (await web.ask('GET', path, { headers })).status]).toEqual([host, path, 403]);
    expect((await web.ask('POST', REMOVE, { headers, body: REMOVE_WEB })).status).toBe(403);
    expect(await web.socket(headers, await web.ticket(session))).toBe(403);
  }
  expect(await web.raw(`GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 400/);
  expect(await web.raw(`GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 403/,
  );
  expect(await web.raw(`GET /healthz HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1.1 403/);
});

test('what an HTML form can send is refused, from a foreign page and from our own', async () => {
  const token = await web.token();
  for (const type of [
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    '',
  ]) {
    for (const [origin, status] of [
      ['http://evil.example', 403],
      [web.origin, 400],
    ] as const) {
      const { 'content-type': _, ...rest } = session;
      const headers = { ...rest, origin, ...(type ? { 'content-type': type } : {}) };
      expect((await web.ask('POST', REMOVE, { headers, body: REMOVE_WEB })).status).toBe(status);
      expect((await web.ask('POST', '/session', { headers, body: JSON.stringify({ token }) })).status).toBe(
        status,
      );
    }
  }
});

test('a change cannot be asked for with GET', async () => {
  const input = encodeURIComponent(REMOVE_WEB);
  expect((await web.ask('GET', `${REMOVE}?input=${input}`, { headers: session })).status).toBe(405);
  const override = { ...session, 'x-http-method-override': 'POST' };
  expect((await web.ask('GET', `${REMOVE}?input=${input}`, { headers: override })).status).toBe(405);
});
