/** Requests that no browser makes: the agent refuses them, stays up, and gives nothing away. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { LIST, type Signed, WebClient } from './web-client.ts';

const PORT = 7464;
let agent: TestAgent;
let web: WebClient;
let session: Signed;
beforeAll(async () => {
  agent = await TestAgent.start({ BOXYARD_LISTEN: `127.0.0.1:${PORT}` });
  web = new WebClient(agent, PORT);
  session = await web.signIn();
});
afterEach(async () => {
  expect((await web.ask('GET', LIST, { headers: session })).status).toBe(200);
});
afterAll(() => agent[Symbol.asyncDispose]());

test('methods that are none of ours are refused, and TRACE shows no header', async () => {
  for (const method of ['TRACE', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND', 'PURGE'])
    for (const path of ['/', LIST, '/session', '/frames']) {
      const answer = await web.ask(method, path, { headers: session });
      expect([method, path, answer.status]).toEqual([method, path, 400]);
      expect(answer.body).not.toContain(session['x-boxyard-session']);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  expect(await web.raw(`CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:${PORT}\r\n\r\n`)).toBe('');
});

test('headers and bodies without end are cut off', async () => {
  const head = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${PORT}\r\n`;
  expect(await web.raw(`${head}X: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
  expect(await web.raw(`${head}X: y\n\r\nGET / HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/);
  expect(
    await web.raw(
      `${head.replace('GET', 'POST')}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ),
  ).toMatch(/^HTTP\/1\.1 400/);
  const body = JSON.stringify({ container: 'x'.repeat(2 * 1024 * 1024) });
  for (const path of ['/trpc/containers.stop', '/session'])
    await web.ask('POST', path, { headers: session, body }).then(
      ({ status }) => expect([path, [400, 413].includes(status)]).toEqual([path, true]),
      // Cut while the rest was still being sent.
      (error) => expect(error.code).toMatch(/ECONNRESET|EPIPE/),
    );
});

test('inherited names are neither procedures nor inputs', async () => {
  for (const path of [
    '__proto__',
    'constructor',
    'containers.__proto__',
    'toString',
    'containers.constructor.call',
    '',
    '.',
    'containers',
  ])
    for (const [method, body] of [['GET'], ['POST', '{}']] as const)
      expect([
        path,
        (await web.ask(method, `/trpc/${path}`, { headers: session, ...(body ? { body } : {}) })).status,
      ]).toEqual([path, 404]);
  const poison =
    '{"__proto__":{"all":true,"polluted":1},"constructor":{"prototype":{"polluted":1}},"container":"x"}';
  for (const procedure of ['containers.stop', 'containers.create', 'access.setPassword'])
    expect((await web.ask('POST', `/trpc/${procedure}`, { headers: session, body: poison })).status).toBe(
      400,
    );
  expect((await web.ask('POST', '/session', { headers: session, body: poison })).status).toBe(400);
  expect(
    (await web.ask('GET', `/trpc/containers.list?input=${encodeURIComponent(poison)}`, { headers: session }))
      .status,
  ).toBe(400);
  expect(JSON.parse((await web.ask('GET', '/healthz')).body)).toEqual({ ok: true });
});

test('a batch has 32 calls at most, each with a permission of its own', async () => {
  const batch = (names: string[], headers: Record<string, string> = session) =>
    web.ask('GET', `/trpc/${names.join(',')}?batch=1&input=%7B%7D`, { headers });
  expect((await batch(Array(33).fill('system.version'))).status).toBe(400);
  expect((await batch(Array(2_000).fill('system.version'))).status).toBe(431);
  const { cookie: _, ...half } = session;
  expect((await batch(['system.version', 'containers.list'], half)).status).toBe(401);
  const mixed = await batch(['system.version', 'nowhere.x']);
  expect(JSON.parse(mixed.body).map(({ error }: { error?: unknown }) => error === undefined)).toEqual([
    true,
    false,
  ]);
});

test('no path of a request leaves the dashboard’s files', async () => {
  const secret = '/root/sessions.json';
  for (const path of [
    '/../root/sessions.json',
    '/..%2f..%2froot%2fsessions.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/_next/static/../../../../etc/passwd',
    '/_next/..%5c..%5cetc%5cpasswd',
    '//etc/passwd',
    '/etc/passwd%00.html',
    '/%c0%ae%c0%ae/etc/passwd',
    '/%',
    '/csp.json',
    `/${agent.folder}${secret}`,
  ]) {
    const text = await web.raw(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${PORT}\r\nConnection: close\r\n\r\n`,
    );
    expect([path, text.slice(0, 12)]).toEqual([path, 'HTTP/1.1 404']);
    expect(text).not.toMatch(/root:x:0|"cookie":|"hashes"/);
  }
  expect(
    await web.raw(`GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 403/);
});
