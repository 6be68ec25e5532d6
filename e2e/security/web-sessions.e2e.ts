/** What a session is made of, where its secrets may travel, and when it ends. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame, FrameType } from '@boxyard/spec';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { appRouter } from '../../packages/api/src/server.ts';
import { TestAgent } from '../harness/agent.ts';
import { LIST, REMOVE, REMOVE_WEB, type Signed, WebClient } from './web-client.ts';

const PORT = 7463;
const DAY_MS = 24 * 60 * 60 * 1000;
let agent: TestAgent;
let web: WebClient;
beforeAll(async () => {
  agent = await TestAgent.start({ BOXYARD_LISTEN: `127.0.0.1:${PORT}` });
  await agent.ok(['run', '-d', '--name', 'web', 'busybox', 'sleep', '1000']);
  web = new WebClient(agent, PORT);
});
afterAll(() => agent[Symbol.asyncDispose]());

const status = async (headers: Record<string, string>) => (await web.ask('GET', LIST, { headers })).status;
const openSocket = async (session: Signed) =>
  (await web.socket(session, await web.ticket(session))) as WebSocket;

test('every procedure asked for by hand with half a session, or none, is 401; nothing happens and nothing is audited', async () => {
  const { cookie, 'x-boxyard-session': secret, ...plain } = await web.signIn();
  const other = await web.signIn();
  const before = await agent.ok(['ps', '-a', '--format', '{{.ID}} {{.Names}} {{.State}}']);
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>,
  );
  expect(procedures.length).toBeGreaterThan(30);
  const input = {
    container: 'web',
    force: true,
    image: 'busybox',
    name: 'x',
    session: 'x',
    password: 'x'.repeat(12),
  };
  for (const headers of [
    plain,
    { ...plain, cookie },
    { ...plain, 'x-boxyard-session': secret },
    { ...plain, cookie, 'x-boxyard-session': other['x-boxyard-session'] },
    { ...plain, cookie: other.cookie, 'x-boxyard-session': secret },
    { ...plain, authorization: `Bearer ${secret}`, cookie },
  ]) {
    for (const [name, { _def }] of procedures) {
      const json = JSON.stringify(input);
      const answer =
        _def.type === 'query'
          ? await web.ask('GET', `/trpc/${name}?input=${encodeURIComponent(json)}`, { headers })
          : await web.ask('POST', `/trpc/${name}`, { headers, body: json });
      expect([name, answer.status]).toEqual([name, 401]);
    }
  }
  expect(await agent.ok(['ps', '-a', '--format', '{{.ID}} {{.Names}} {{.State}}'])).toBe(before);
  const audit = await web.ask('GET', '/trpc/access.audit?input=%7B%7D', { headers: other });
  const browsers = JSON.parse(audit.body).result.data.filter(({ who }: { who: string }) => who !== 'local');
  expect(browsers.map(({ procedure }: { procedure: string }) => procedure)).toEqual([
    'session.signIn',
    'session.signIn',
  ]);
});

test('a secret in the URL opens nothing', async () => {
  const session = await web.signIn();
  const { cookie, 'x-boxyard-session': secret, ...plain } = session;
  const token = await web.token();
  for (const name of ['token', 'ticket', 'session', 'x-boxyard-session', 'access_token', 'key']) {
    const value = name === 'token' ? token : name === 'ticket' ? await web.ticket(session) : secret;
    expect(await status({ ...plain, cookie })).toBe(401);
    expect((await web.ask('GET', `${LIST}&${name}=${value}`, { headers: { ...plain, cookie } })).status).toBe(
      401,
    );
    expect(await web.socket({ ...plain, cookie }, undefined, `/frames?${name}=${value}`)).toBe(401);
    const headers = { ...plain, cookie };
    expect((await web.ask('POST', `/session?${name}=${value}`, { headers, body: '{}' })).status).toBe(400);
  }
});

test('a ticket opens one WebSocket, with the cookie of its session, and nothing else', async () => {
  const [session, other] = [await web.signIn(), await web.signIn()];
  const { 'x-boxyard-session': _, ...withoutHeader } = session;
  expect((await web.ask('POST', '/session/ticket', { headers: withoutHeader })).status).toBe(401);
  const { origin } = session;
  expect(await web.socket({ origin }, await web.ticket(session))).toBe(401);
  expect(await web.socket({ origin, cookie: other.cookie }, await web.ticket(session))).toBe(401);
  const ticket = await web.ticket(session);
  const socket = await web.socket(session, ticket);
  expect(socket).toBeInstanceOf(WebSocket);
  expect(await web.socket(session, ticket)).toBe(401);
  expect(await status({ origin, cookie: session.cookie, 'x-boxyard-session': ticket })).toBe(401);
  const stale = await web.ticket(other);
  await web.ask('DELETE', '/session', { headers: other });
  expect(await web.socket(other, stale)).toBe(401);
  (socket as WebSocket).terminate();
});

test('an upload goes once to the path that was made for it, by the session it was made for, and never by GET', async () => {
  const [session, other] = [await web.signIn(), await web.signIn()];
  const mint = async () => {
    const body = JSON.stringify({ source: { kind: 'upload' }, name: 'rubbish' });
    return JSON.parse((await web.ask('POST', '/trpc/images.import', { headers: session, body })).body).result
      .data.transfer as string;
  };
  const path = await mint();
  const send = async (method: string, headers: Record<string, string>, to = path) =>
    (await web.ask(method, to, { headers: { ...headers, 'content-type': 'application/octet-stream' } }))
      .status;
  expect(await send('GET', session)).toBe(404);
  const { cookie, 'x-boxyard-session': secret, origin } = session;
  const others: Record<string, string>[] = [
    { origin, cookie },
    { origin, 'x-boxyard-session': secret },
    other,
  ];
  for (const half of others) expect(await send('POST', half, await mint())).toBe(404);
  // Taken and read: nothing is no archive.
  expect(await send('POST', session)).toBe(400);
  expect(await send('POST', session)).toBe(404);
  const late = await mint();
  await web.ask('DELETE', '/session', { headers: session });
  expect(await send('POST', session, late)).toBe(404);
});

test('a path of the host is for the command line to name, not for browsers', async () => {
  const body = JSON.stringify({ source: { kind: 'path', path: '/etc/shadow' }, name: 'x' });
  expect((await web.ask('POST', '/trpc/images.import', { headers: await web.signIn(), body })).status).toBe(
    403,
  );
});

test('a revoked session is refused, and its open WebSocket ends within a second', async () => {
  const [session, other] = [await web.signIn(), await web.signIn()];
  const [socket, kept] = [await openSocket(session), await openSocket(other)];
  kept.send(
    encodeFrame(FrameType.hello, { payload: Buffer.from('{"protocol":1,"build":"test","features":[]}') }),
  );
  const sessions = JSON.parse((await web.ask('GET', '/trpc/access.sessions', { headers: session })).body)
    .result.data;
  const { id } = sessions.find(({ current }: { current: boolean }) => current);
  const began = performance.now();
  await Promise.all([once(socket, 'close'), agent.ok(['user', 'revoke', id])]);
  expect(performance.now() - began).toBeLessThan(1_000);
  expect([await status(session), await status(other), kept.readyState]).toEqual([401, 200, WebSocket.OPEN]);
  expect((await web.ask('POST', REMOVE, { headers: session, body: REMOVE_WEB })).status).toBe(401);
  await Promise.all([
    once(kept, 'close'),
    agent.ok(['user', 'passwd', '--stdin'], { input: 'correct horse battery' }),
  ]);
  expect(await status(other)).toBe(401);
});

test('an expired session is refused, of age or for not being used', async () => {
  const file = join(agent.folder, 'root', 'sessions.json');
  for (const change of [{ expiresAt: Date.now() - 1 }, { lastSeenAt: Date.now() - 7 * DAY_MS - 1 }]) {
    const session = await web.signIn();
    const cookie = session.cookie;
    await agent.quit();
    const stored = JSON.parse(readFileSync(file, 'utf8')) as object[];
    writeFileSync(file, JSON.stringify(stored.map((entry) => ({ ...entry, ...change }))));
    await agent.launch();
    expect(await status(session)).toBe(401);
    expect((await web.ask('POST', '/session/ticket', { headers: session })).status).toBe(401);
    expect((await web.ask('DELETE', '/session', { headers: { ...session, cookie } })).status).toBe(401);
  }
});

test('a cookie that another site of this host set signs nobody in as somebody else', async () => {
  const [victim, attacker] = [await web.signIn(), await web.signIn()];
  const name = victim.cookie.split('=')[0];
  const with_ = (cookie: string) => status({ ...victim, cookie });
  expect(await with_(attacker.cookie)).toBe(401);
  expect(await with_(`${name}=; ${name}=guess`)).toBe(401);
  // Beside the victim's own: that one counts.
  expect(await with_(`${attacker.cookie}; ${victim.cookie}`)).toBe(200);
  const sessions = await web.ask('GET', '/trpc/access.sessions', {
    headers: { ...victim, cookie: `${attacker.cookie}; ${victim.cookie}` },
  });
  const own = await web.ask('GET', '/trpc/access.sessions', { headers: victim });
  const current = (text: string) =>
    JSON.parse(text).result.data.find((session: { current: boolean }) => session.current).id;
  expect(current(sessions.body)).toBe(current(own.body));
});
