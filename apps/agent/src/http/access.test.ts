import { appRouter } from '@boxyard/api/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestAgent } from '../testing/test-agent.ts';

const PASSWORD = 'correct horse battery';
let agent: TestAgent;
beforeEach(async () => {
  agent = await TestAgent.start();
});
afterEach(async () => {
  vi.useRealTimers();
  await agent[Symbol.asyncDispose]();
});

type Session = Awaited<ReturnType<TestAgent['signIn']>>;
const json = () => ({ origin: agent.origin, 'content-type': 'application/json' });
const setPassword = (password = PASSWORD) =>
  agent.unix('POST', '/trpc/access.setPassword', JSON.stringify({ password }));
const tryPassword = (password: string) => agent.tcp('POST', '/session', json(), JSON.stringify({ password }));
const change = (procedure: string, session: Session, input: object = {}) =>
  agent.tcp('POST', `/trpc/${procedure}`, session, JSON.stringify(input));
const sessionsOf = async (session: Session) =>
  (await agent.tcp('GET', '/trpc/access.sessions', session)).json.result.data;
const isIn = async (session: Session) =>
  (await agent.tcp('GET', '/trpc/access.status', session)).status === 200;

describe('a password', () => {
  it('signs in like a link does, and the session says so', async () => {
    expect((await agent.tcp('GET', '/session')).json).toEqual({ passwordSet: false });
    expect((await setPassword()).status).toBe(200);
    expect((await agent.tcp('GET', '/session')).json).toEqual({ passwordSet: true });
    const answer = await tryPassword(PASSWORD);
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const session = { ...json(), cookie, 'x-boxyard-session': answer.json.secret };
    expect(await sessionsOf(session)).toMatchObject([
      { by: 'password', current: true, address: '127.0.0.1' },
    ]);
  });

  it('that is wrong gets the same answer as one that was never set', async () => {
    const without = await tryPassword(PASSWORD);
    await setPassword();
    const wrong = await tryPassword('wrong');
    expect([without.status, without.json]).toEqual([403, wrong.json]);
    expect(without.headers['set-cookie']).toBe(undefined);
  });

  it('can be guessed 5 times a minute, and who has a link comes in meanwhile', async () => {
    await setPassword();
    await Promise.all(Array.from({ length: 5 }, () => tryPassword('wrong')));
    const refused = await tryPassword(PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.json.hint).toMatch(/^try again in \d+ s/);
    expect(await isIn(await agent.signIn())).toBe(true);
  });

  it('is changed by a browser that knows the current one; every other browser is signed out', async () => {
    await setPassword();
    const [mine, other] = [await agent.signIn(), await agent.signIn()];
    const next = 'another horse battery';
    expect((await change('access.setPassword', mine, { password: next })).status).toBe(400);
    expect((await change('access.setPassword', mine, { password: next, current: 'wrong' })).status).toBe(403);
    expect(await isIn(other)).toBe(true);
    expect((await change('access.setPassword', mine, { password: next, current: PASSWORD })).status).toBe(
      200,
    );
    expect([await isIn(mine), await isIn(other)]).toEqual([true, false]);
    expect([(await tryPassword(PASSWORD)).status, (await tryPassword(next)).status]).toEqual([403, 200]);
  });

  it('is set and removed over the unix socket without the current one', async () => {
    await setPassword();
    const browser = await agent.signIn();
    await setPassword('another horse battery');
    expect(await isIn(browser)).toBe(false);
    const again = await agent.signIn();
    expect((await change('access.removePassword', again, { current: 'wrong' })).status).toBe(403);
    expect((await agent.unix('POST', '/trpc/access.removePassword', '{}')).status).toBe(200);
    expect((await agent.tcp('GET', '/session')).json).toEqual({ passwordSet: false });
  });

  it('has 12 characters at least', async () => {
    const { status, json } = await setPassword('short');
    expect([status, json.error.message]).toEqual([400, 'password: a password has at least 12 characters']);
  });

  it('is in no audit entry, whatever became of it', async () => {
    await setPassword();
    await tryPassword('wrong horse battery');
    await change('access.setPassword', await agent.signIn(), {
      password: 'another horse battery',
      current: 'x',
    });
    const text = JSON.stringify(agent.engine.audited);
    expect(text).not.toContain('horse');
    expect(agent.engine.audited).toMatchObject([
      { who: 'local', procedure: 'access.setPassword', error: null },
      { who: 'nobody', procedure: 'session.signIn', subject: 'by=password', error: 'PERMISSION_DENIED' },
      { who: 'local', procedure: 'system.signInLink', error: null },
      { procedure: 'session.signIn', subject: 'by=link', error: null },
      { procedure: 'access.setPassword', error: 'PERMISSION_DENIED' },
    ]);
  });
});

describe('sessions', () => {
  it('are listed with the caller’s own marked, and revoked one by one or all but one’s own', async () => {
    const all = [await agent.signIn(), await agent.signIn(), await agent.signIn(), await agent.signIn()];
    const [mine, second] = all as [Session, Session, Session, Session];
    const [{ id }] = (await sessionsOf(second)).filter(({ current }: { current: boolean }) => current);
    expect((await sessionsOf(mine)).filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    expect((await change('access.revoke', mine, { session: id })).status).toBe(200);
    expect((await change('access.revoke', mine, { session: id })).status).toBe(404);
    expect(await isIn(second)).toBe(false);
    expect((await change('access.revokeOthers', mine)).json.result.data).toEqual({ revoked: 2 });
    expect(await Promise.all(all.map(isIn))).toEqual([true, false, false, false]);
    expect((await agent.unix('POST', '/trpc/access.revokeOthers', '')).json.result.data).toEqual({
      revoked: 1,
    });
    expect(await isIn(mine)).toBe(false);
  });
});

describe('listening beyond this host', () => {
  const everywhere = { listen: { host: '0.0.0.0', port: 0 } };

  it('needs a password, which can then not be removed', async () => {
    await agent.close();
    await expect(agent.open(0, everywhere)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      hint: expect.stringContaining('box user passwd'),
    });
    await agent.open();
    await setPassword();
    await agent.close();
    await agent.open(0, everywhere);
    expect((await agent.unix('POST', '/trpc/access.removePassword', '{}')).json.error.data.box).toMatchObject(
      {
        code: 'WRONG_STATE',
        hint: expect.stringContaining('BOXYARD_LISTEN=127.0.0.1'),
      },
    );
  });

  it('answers to the address that was asked, to names of the list and to no other name', async () => {
    await setPassword();
    await agent.close();
    await agent.open(0, { ...everywhere, hosts: [{ host: 'yard.lan', port: null, https: false }] });
    const port = agent.origin.split(':').at(-1);
    expect(agent.origin).toBe(`http://yard.lan:${port}`);
    const ask = (host: string, to: string) => {
      agent.connectTo.hostname = to;
      return agent.tcp('GET', '/', { host });
    };
    expect((await ask(`127.0.0.2:${port}`, '127.0.0.2')).status).toBe(200);
    expect((await ask(`yard.lan:${port}`, '127.0.0.2')).status).toBe(200);
    expect((await ask(`localhost:${port}`, '127.0.0.1')).status).toBe(200);
    for (const host of [`127.0.0.3:${port}`, `rebound.example:${port}`, '127.0.0.2', `0.0.0.0:${port}`])
      expect([host, (await ask(host, '127.0.0.2')).status]).toEqual([host, 403]);
  });

  it('through a proxy with TLS takes that origin alone, and its cookie is for TLS alone', async () => {
    await setPassword();
    await agent.close();
    await agent.open(0, { hosts: [{ host: 'yard.example', port: null, https: true }] });
    expect(agent.origin).toBe('https://yard.example');
    const { port } = agent.connectTo;
    const signIn = (headers: Record<string, string>) =>
      agent.tcp(
        'POST',
        '/session',
        {
          host: 'yard.example',
          'content-type': 'application/json',
          'x-forwarded-for': '127.0.0.1',
          ...headers,
        },
        JSON.stringify({ password: PASSWORD }),
      );
    for (const origin of ['http://yard.example', 'https://yard.example:8443', `https://127.0.0.1:${port}`])
      expect((await signIn({ origin, 'x-forwarded-host': 'yard.example' })).status).toBe(403);
    expect(
      (
        await signIn({
          origin: 'https://yard.example',
          host: 'evil.example',
          'x-forwarded-host': 'yard.example',
        })
      ).status,
    ).toBe(403);
    const good = await signIn({ origin: 'https://yard.example' });
    const [cookie = ''] = good.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(new RegExp(`^__Host-boxyard-${port}=.*; Path=/; .*; Secure$`));
    const read = (name: string) =>
      agent.tcp('GET', '/trpc/access.status', {
        host: 'yard.example',
        cookie: `${name}=${cookie.split(';')[0]?.split('=')[1]}`,
        'x-boxyard-session': good.json.secret,
      });
    expect((await read(`__Host-boxyard-${port}`)).status).toBe(200);
    expect((await read(`boxyard-${port}`)).status).toBe(401);
  });
});

describe('every procedure, through the real door', () => {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { type: 'query' | 'mutation' } }>,
  );

  it('is 401 and does nothing without a session, with half of one, with an expired and with a revoked one', async () => {
    const used: string[] = [];
    const forbidden = (path: string): unknown => {
      const get = (_: object, name: string | symbol) => {
        if (typeof name === 'symbol') return undefined;
        used.push(`${path}.${name}`);
        return forbidden(used.at(-1) ?? '');
      };
      return new Proxy({}, { get });
    };
    const good = await agent.signIn();
    const { cookie, 'x-boxyard-session': secret, ...plain } = good;
    const revoked = await agent.signIn();
    await agent.tcp('DELETE', '/session', revoked);
    vi.spyOn(agent.engine, 'services', 'get').mockReturnValue(forbidden('services') as never);
    const attempts: Record<string, Record<string, string>> = {
      'no session': plain,
      'the cookie alone': { ...plain, cookie },
      'the header alone': { ...plain, 'x-boxyard-session': secret },
      'a revoked session': revoked,
      'an expired session': good,
    };
    for (const [what, headers] of Object.entries(attempts)) {
      if (headers === good) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 24 * 60 * 60_000 });
      for (const [name, { _def }] of procedures) {
        const { status } =
          _def.type === 'query'
            ? await agent.tcp('GET', `/trpc/${name}?input=%7B%7D`, headers)
            : await agent.tcp('POST', `/trpc/${name}`, headers, '{}');
        expect([what, name, status]).toEqual([what, name, 401]);
      }
    }
    expect(used).toEqual([]);
  });

  it('is called 32 times in one request at most', async () => {
    const session = await agent.signIn();
    const batch = (calls: number) =>
      agent.tcp(
        'GET',
        `/trpc/${Array(calls).fill('system.version').join(',')}?batch=1&input=%7B%7D`,
        session,
      );
    expect((await batch(32)).status).toBe(200);
    expect((await batch(33)).status).toBe(400);
  });
});
