import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestAgent } from '../testing/test-agent.ts';

let agent: TestAgent;
beforeEach(async () => {
  agent = await TestAgent.start();
});
afterEach(async () => {
  vi.useRealTimers();
  await agent[Symbol.asyncDispose]();
});

const list = `/trpc/containers.list?input=${encodeURIComponent('{}')}`;
const stop = '/trpc/containers.stop';
const stopBody = JSON.stringify({ container: 'web' });

describe('the Host header', () => {
  it('must be a name of this host with our port, for pages and procedures alike', async () => {
    const port = agent.host.split(':')[1];
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect((await agent.tcp('GET', '/', { host })).status).toBe(200);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      'localhost:1',
      `127.0.0.1.nip.io:${port}`,
    ])
      for (const path of ['/', list, '/healthz', '/session'])
        expect([host, path, (await agent.tcp('GET', path, { host })).status]).toEqual([host, path, 403]);
  });
});

describe('the Origin header', () => {
  it('must be ours exactly on every change', async () => {
    const session = await agent.signIn();
    const port = Number(agent.host.split(':')[1]);
    const foreign = [
      'http://evil.example',
      'null',
      `http://127.0.0.1:${port + 1}`,
      `https://127.0.0.1:${port}`,
      `http://localhost:${port}`,
      `${agent.origin}.evil.example`,
    ];
    for (const origin of foreign) {
      const answer = await agent.tcp('POST', stop, { ...session, origin }, stopBody);
      expect([origin, answer.status]).toEqual([origin, 403]);
    }
    const { origin: _, ...without } = session;
    expect((await agent.tcp('POST', stop, without, stopBody)).status).toBe(403);
    expect((await agent.tcp('POST', stop, session, stopBody)).json.error.data.box.code).toBe('WRONG_STATE');
  });

  it('may be missing from a read, but not foreign', async () => {
    const { origin: _, ...session } = await agent.signIn();
    expect((await agent.tcp('GET', list, session)).status).toBe(200);
    expect((await agent.tcp('GET', list, { ...session, origin: 'http://127.0.0.1:8080' })).status).toBe(403);
  });

  it('is not the only witness: same-site and cross-site by Sec-Fetch-Site are refused', async () => {
    const session = await agent.signIn();
    for (const site of ['same-site', 'cross-site'])
      expect((await agent.tcp('GET', list, { ...session, 'sec-fetch-site': site })).status).toBe(403);
    expect((await agent.tcp('GET', list, { ...session, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('a session', () => {
  it('needs both halves: the cookie alone or the secret alone is nobody', async () => {
    const { cookie, 'x-boxyard-session': secret } = await agent.signIn();
    const other = await agent.signIn();
    const attempts: [Record<string, string>, number][] = [
      [{}, 401],
      [{ cookie }, 401],
      [{ 'x-boxyard-session': secret }, 401],
      [{ cookie, 'x-boxyard-session': other['x-boxyard-session'] }, 401],
      [{ cookie, 'x-boxyard-session': cookie.split('=')[1] ?? '' }, 401],
      [{ cookie, 'x-boxyard-session': secret }, 200],
    ];
    for (const [headers, status] of attempts)
      expect((await agent.tcp('GET', list, headers)).status).toBe(status);
  });

  it('begins with a one-time link: used once, nothing but its token in the body', async () => {
    const token = await agent.signInToken();
    const headers = { origin: agent.origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ token });
    expect((await agent.tcp('POST', `/session?token=${token}`, headers, '{}')).status).toBe(400);
    expect((await agent.tcp('GET', `/session?token=${token}`, {})).json).toEqual({ passwordSet: false });
    const first = await agent.tcp('POST', '/session', headers, body);
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(first.headers['set-cookie']?.[0]).not.toContain(first.json.secret);
    const second = await agent.tcp('POST', '/session', headers, body);
    expect(second.status).toBe(401);
    expect(second.json.hint).toContain('box ui');
  });

  it('cannot begin with a link older than 5 minutes', async () => {
    const token = await agent.signInToken();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * 60_000 + 1 });
    const headers = { origin: agent.origin, 'content-type': 'application/json' };
    expect((await agent.tcp('POST', '/session', headers, JSON.stringify({ token }))).status).toBe(401);
  });

  it('cannot be begun by a form of a foreign page, nor by a form at all', async () => {
    const token = await agent.signInToken();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const foreign = { ...form, origin: 'http://127.0.0.1:8080' };
    expect((await agent.tcp('POST', '/session', foreign, `token=${token}`)).status).toBe(403);
    const own = { ...form, origin: agent.origin };
    expect((await agent.tcp('POST', '/session', own, `token=${token}`)).status).toBe(400);
    const text = { ...(await agent.signIn()), 'content-type': 'text/plain' };
    expect((await agent.tcp('POST', stop, text, stopBody)).status).toBe(400);
  });

  it('cannot be guessed at leisure: 20 attempts a minute, which do not lock out who has a link', async () => {
    const token = await agent.signInToken();
    const headers = { origin: agent.origin, 'content-type': 'application/json' };
    const guess = () => agent.tcp('POST', '/session', headers, JSON.stringify({ token: 'guess' }));
    for (let attempt = 0; attempt < 20; attempt++) expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBe(refused.json.details.retryAfterSeconds);
    expect((await agent.tcp('POST', '/session', headers, JSON.stringify({ token }))).status).toBe(200);
  });

  it('survives the agent, kept as hashes in a file for root alone', async () => {
    const session = await agent.signIn();
    const port = Number(agent.host.split(':')[1]);
    const file = join(agent.directory, 'sessions.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const stored = readFileSync(file, 'utf8');
    expect(stored).not.toContain(session['x-boxyard-session']);
    expect(stored).not.toContain(session.cookie.split('=')[1]);
    await agent.close();
    await agent.open(port);
    expect((await agent.tcp('GET', list, session)).status).toBe(200);
  });

  it('ends when it is signed out', async () => {
    const session = await agent.signIn();
    expect((await agent.tcp('DELETE', '/session', session)).status).toBe(200);
    expect((await agent.tcp('GET', list, session)).status).toBe(401);
  });

  it('cannot make sign-in links; only the unix socket can', async () => {
    const answer = await agent.tcp('POST', '/trpc/system.signInLink', await agent.signIn(), '');
    expect(answer.status).toBe(403);
  });
});

describe('every answer', () => {
  it('forbids sniffing, framing, referrers and other sites, errors included', async () => {
    for (const path of ['/', '/nowhere', list, '/healthz', '/session']) {
      const { headers } = await agent.tcp('GET', path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'content-security-policy': expect.stringMatching(
          /default-src 'none'.*base-uri 'none'.*form-action 'none'.*frame-ancestors 'none'/,
        ),
      });
    }
  });

  it('of the API is kept by no cache and no proxy', async () => {
    const session = await agent.signIn();
    for (const path of [list, '/session', '/trpc/nowhere', '/transfer/x'])
      expect((await agent.tcp('GET', path, session)).headers).toMatchObject({
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
  });

  it('to a method that is none of ours is a refusal', async () => {
    const session = await agent.signIn();
    for (const method of ['TRACE', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND'])
      for (const path of ['/', '/healthz', stop])
        expect([method, path, (await agent.tcp(method, path, session)).status]).toEqual([method, path, 400]);
  });

  it('to a body that is too long is an error, and the agent goes on', async () => {
    const session = await agent.signIn();
    const long = JSON.stringify({ container: 'x'.repeat(2 * 1024 * 1024) });
    await agent.tcp('POST', stop, session, long).then(
      ({ status }) => expect(status).toBe(413),
      // The connection may be cut while the rest is still being sent.
      (error) => expect(error.code).toMatch(/ECONNRESET|EPIPE/),
    );
    expect((await agent.tcp('GET', '/healthz')).json).toEqual({ ok: true });
  });
});

describe('a transfer', () => {
  it('takes its body once, from whom it was minted for', async () => {
    const input = JSON.stringify({ source: { kind: 'upload' }, name: 'x' });
    const minted = await agent.unix('POST', '/trpc/images.import', input);
    const path = minted.json.result.data.transfer;
    const session = await agent.signIn();
    const other = await agent.unix('POST', '/trpc/images.import', input);
    expect((await agent.tcp('POST', other.json.result.data.transfer, session, 'abc')).status).toBe(404);
    expect((await agent.unix('POST', path, 'abc')).json).toEqual({ size: 3 });
    expect((await agent.unix('POST', path, 'abc')).status).toBe(404);
  });

  const saveBody = JSON.stringify({ images: ['a'] });
  const saveOf = async (session: Record<string, string>): Promise<string> =>
    (await agent.tcp('POST', '/trpc/images.save', session, saveBody)).json.result.data.transfer;

  it('gives its body once, as a file, to the browser it was minted for, which brings its cookie alone', async () => {
    const session = await agent.signIn();
    const { cookie } = session;
    const path = await saveOf(session);
    const answer = await agent.tcp('GET', path, { cookie, 'sec-fetch-site': 'same-origin' });
    expect(answer).toMatchObject({ status: 200, body: 'abcdef' });
    expect(answer.headers).toMatchObject({
      'content-disposition': "attachment; filename*=UTF-8''%C3%BCn%C3%AF.tar",
      'content-type': 'application/x-tar',
      'cache-control': 'no-store',
    });
    expect((await agent.tcp('GET', path, { cookie })).status).toBe(404);
  });

  it('gives nothing to another session, to none, to a foreign page, or for a body', async () => {
    const [session, other] = [await agent.signIn(), await agent.signIn()];
    const attempts: [string, Record<string, string>][] = [
      ['GET', {}],
      ['GET', { cookie: other.cookie }],
      ['GET', other],
      ['POST', session],
    ];
    for (const [method, headers] of attempts)
      expect((await agent.tcp(method, await saveOf(session), headers)).status).toBe(404);
    const foreign = { cookie: session.cookie, origin: 'http://127.0.0.1:8080' };
    expect((await agent.tcp('GET', await saveOf(session), foreign)).status).toBe(403);
    await agent.tcp('DELETE', '/session', session);
    const later = await saveOf(await agent.signIn());
    expect((await agent.tcp('GET', later, { cookie: session.cookie })).status).toBe(404);
  });

  it('that fails before its first byte is an error; later the connection breaks off', async () => {
    const failing = (parts: string[], error: BoxError) =>
      async function* () {
        for (const part of parts) yield Buffer.from(part);
        throw error;
      };
    agent.engine.download = failing([], new BoxError('NOT_FOUND', 'no such image'));
    const early = (await agent.unix('POST', '/trpc/images.save', saveBody)).json.result.data.transfer;
    expect(await agent.unix('GET', early)).toMatchObject({ status: 404, json: { message: 'no such image' } });
    agent.engine.download = failing(['abc'], new BoxError('DAMAGED', 'a blob is gone'));
    const late = (await agent.unix('POST', '/trpc/images.save', saveBody)).json.result.data.transfer;
    await expect(agent.unix('GET', late)).rejects.toThrow(/aborted|ECONNRESET/);
  });
});
