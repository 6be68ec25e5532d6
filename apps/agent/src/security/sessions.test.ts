import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fingerprint } from './random.ts';
import { Sessions } from './sessions.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const visitor = { address: '127.0.0.1', userAgent: 'Firefox' };
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bxs-'));
  file = join(directory, 'sessions.json');
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

const pass = (days: number) => vi.setSystemTime(Date.now() + days * DAY_MS);

describe('a session', () => {
  it('ends 7 days after it was last seen', () => {
    const sessions = new Sessions(file);
    const { id, cookie, secret } = sessions.create(visitor, 'link');
    pass(6.9);
    expect(sessions.find([cookie], secret)).toBe(id);
    pass(0.2);
    expect(sessions.find([cookie], secret)).toBe(undefined);
    expect([sessions.isValid(id), sessions.hasCookie(id, [cookie]), sessions.list()]).toEqual([
      false,
      false,
      [],
    ]);
  });

  it('ends 30 days after its begin, however much it is used', () => {
    const sessions = new Sessions(file);
    const { id } = sessions.create(visitor, 'link');
    for (let day = 0; day < 29; day++) {
      pass(1);
      sessions.seen(id);
    }
    expect(sessions.isValid(id)).toBe(true);
    expect(sessions.list()[0]?.expiresAt).toBe(new Date(1_800_000_000_000 + 30 * DAY_MS).toISOString());
    pass(1);
    expect(sessions.isValid(id)).toBe(false);
  });

  it('is found among several cookies of one name, by its own halves alone', () => {
    const sessions = new Sessions(file);
    const [mine, other] = [sessions.create(visitor, 'link'), sessions.create(visitor, 'link')];
    expect(sessions.find(['tossed', other.cookie, mine.cookie], mine.secret)).toBe(mine.id);
    expect(sessions.find([other.cookie], mine.secret)).toBe(undefined);
    expect(sessions.find([mine.cookie], mine.cookie)).toBe(undefined);
  });

  it('of the version before is still good, under a new name', () => {
    const now = Date.now();
    const old = {
      id: 'x'.repeat(43),
      cookie: fingerprint('c'),
      secret: fingerprint('s'),
      createdAt: now,
      expiresAt: now + DAY_MS,
    };
    writeFileSync(file, JSON.stringify([old]));
    const sessions = new Sessions(file);
    expect(sessions.find(['c'], 's')).toMatch(/^[0-9a-f]{12}$/);
    expect(sessions.list()).toMatchObject([
      { by: 'link', address: '', lastSeenAt: new Date(now).toISOString() },
    ]);
  });

  it('shows neither half to those who list it', () => {
    const sessions = new Sessions(file);
    const { cookie, secret } = sessions.create({ address: '::1', userAgent: 'a\u001b[2J\nb' }, 'password');
    const text = JSON.stringify(sessions.list());
    for (const half of [cookie, secret, fingerprint(cookie), fingerprint(secret)])
      expect(text).not.toContain(half);
    expect(sessions.list()).toMatchObject([{ address: '::1', userAgent: 'a?[2J?b', by: 'password' }]);
  });
});

describe('when a session was last seen', () => {
  it('is written once a minute at most, and by the agent that ends', async () => {
    const sessions = new Sessions(file);
    const { id } = sessions.create(visitor, 'link');
    const stored = () => JSON.parse(readFileSync(file, 'utf8'))[0];
    const { mtimeMs } = statSync(file);
    vi.setSystemTime(Date.now() + 1_000);
    sessions.seen(id, { address: '127.0.0.2', userAgent: 'Chrome' });
    sessions.seen(id, { address: '127.0.0.3', userAgent: 'Chrome' });
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(stored()).toMatchObject({ address: '127.0.0.3', userAgent: 'Chrome' }));
    sessions.seen(id, { address: '127.0.0.4', userAgent: 'Chrome' });
    sessions[Symbol.dispose]();
    expect(stored()).toMatchObject({ address: '127.0.0.4' });
  });

  it('never brings back a session that was revoked while it was being written', async () => {
    const sessions = new Sessions(file);
    const { id } = sessions.create(visitor, 'link');
    sessions.seen(id);
    vi.advanceTimersByTime(60_000);
    sessions.revoke(id);
    vi.useRealTimers();
    await vi.waitFor(() => expect(readFileSync(`${file}.seen`, 'utf8')).toContain(id));
    await new Promise((resolve) => setImmediate(resolve));
    expect(readFileSync(file, 'utf8')).toBe('[]');
  });
});

it('revoking tells of each session that ends, and keeps the one that asked', () => {
  const sessions = new Sessions(file);
  const ids = [1, 2, 3].map(() => sessions.create(visitor, 'link').id);
  const ended: string[] = [];
  sessions.onRevoked((id) => ended.push(id));
  expect(sessions.revoke('nobody')).toBe(false);
  expect(sessions.revokeAllBut(ids[1] ?? '')).toBe(2);
  expect(ended).toEqual([ids[0], ids[2]]);
  expect(new Sessions(file).list().map(({ id }) => id)).toEqual([ids[1]]);
});
