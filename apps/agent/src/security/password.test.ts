import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Password } from './password.ts';
import { PasswordGuard } from './password-guard.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bxp-'));
  file = join(directory, 'password.json');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});
const open = () =>
  new Password(file, (error) => {
    throw error;
  });

describe('the password', () => {
  it('is kept as an Argon2id tag for root alone, and survives the agent', async () => {
    await open().set('correct horse battery');
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('horse');
    expect(JSON.parse(text)).toMatchObject({
      algorithm: 'argon2id',
      memory: 19_456,
      passes: 2,
      parallelism: 1,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const password = open();
    expect(await password.matches('correct horse battery')).toBe(true);
    for (const wrong of ['', 'correct horse batter', 'correct horse battery ', 'Correct horse battery'])
      expect(await password.matches(wrong), wrong).toBe(false);
  });

  it('is the same however the keyboard composed its characters', async () => {
    const password = open();
    await password.set('schl\u00fcsselbund');
    expect(await password.matches('schlu\u0308sselbund')).toBe(true);
  });

  it('matches nothing when there is none, and costs as much to try', async () => {
    const password = open();
    expect(password.isSet).toBe(false);
    const began = performance.now();
    expect(await password.matches('')).toBe(false);
    expect(performance.now() - began).toBeGreaterThan(5);
    await password.set('correct horse battery');
    password.remove();
    expect([existsSync(file), password.isSet, await password.matches('correct horse battery')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('in a file that is damaged counts as none, and that is told', () => {
    writeFileSync(file, '{"algorithm":"plain"}');
    const damaged = vi.fn();
    expect(new Password(file, damaged).isSet).toBe(false);
    expect(damaged).toHaveBeenCalledWith(expect.objectContaining({ code: 'DAMAGED' }));
  });
});

describe('trying the password', () => {
  it('is possible 5 times, then once in 12 s, with the seconds to wait', async () => {
    const password = open();
    await password.set('correct horse battery');
    vi.useFakeTimers({ toFake: ['Date'] });
    const guard = new PasswordGuard(password);
    await Promise.allSettled(Array.from({ length: 4 }, () => guard.check('wrong')));
    await guard.check('correct horse battery');
    await expect(guard.check('correct horse battery')).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      hint: expect.stringContaining('12 s'),
      details: { retryAfterSeconds: 12 },
    });
    vi.setSystemTime(Date.now() + 12_000);
    await guard.check('correct horse battery');
  });

  it('wrongly is answered later each time, and alike when none is set', async () => {
    const password = open();
    const guard = new PasswordGuard(password);
    const took = async () => {
      const began = performance.now();
      const error = await guard.check('wrong').catch((caught) => caught);
      return { error, ms: performance.now() - began };
    };
    const [first, second] = [await took(), await took()];
    expect([first.ms > 250, second.ms > 500]).toEqual([true, true]);
    await password.set('correct horse battery');
    const third = await took();
    expect(third.error.toJSON()).toEqual(first.error.toJSON());
  });
});
