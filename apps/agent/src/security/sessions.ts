import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { fingerprint, newSecret, sameFingerprint } from './random.ts';

/** A browser stays signed in this long. */
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;
/** Older ones give way: nobody has so many browsers. */
const MOST = 100;

const storedSession = z.object({
  id: z.string(),
  cookie: z.string(),
  secret: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
type StoredSession = z.infer<typeof storedSession>;

/**
 * Signed-in browsers. A session has two halves that are only good together: a cookie (which a hostile box on another port of this
 * host may be sent) and a secret in localStorage (which it is not). Both are kept as hashes, in a file, so that a restart of the
 * agent signs nobody out.
 */
export class Sessions {
  #file: string;
  #sessions: StoredSession[];
  #onRevoked = new Set<(id: string) => void>();

  constructor(file: string) {
    this.#file = file;
    this.#sessions = read(file).filter(({ expiresAt }) => expiresAt > Date.now());
  }

  create(): { id: string; cookie: string; secret: string; maxAgeSeconds: number } {
    const [id, cookie, secret] = [newSecret(), newSecret(), newSecret()];
    const createdAt = Date.now();
    const session = {
      id,
      cookie: fingerprint(cookie),
      secret: fingerprint(secret),
      createdAt,
      expiresAt: createdAt + LIFETIME_MS,
    };
    const kept = this.#sessions.filter(({ expiresAt }) => expiresAt > createdAt);
    this.#sessions = [...kept, session].slice(-MOST);
    this.#write();
    return { id, cookie, secret, maxAgeSeconds: LIFETIME_MS / 1000 };
  }

  /** The session that both halves belong to, or undefined. */
  find(cookie: string | undefined, secret: string | undefined): string | undefined {
    if (!cookie || !secret) return undefined;
    const [cookieHash, secretHash] = [fingerprint(cookie), fingerprint(secret)];
    const session = this.#sessions.find((candidate) => sameFingerprint(candidate.cookie, cookieHash));
    if (!session || !sameFingerprint(session.secret, secretHash)) return undefined;
    return this.isValid(session.id) ? session.id : undefined;
  }

  /** The cookie's half alone: only to check a ticket that was given for both. */
  hasCookie(id: string, cookie: string | undefined): boolean {
    const session = this.#sessions.find((candidate) => candidate.id === id);
    return !!session && !!cookie && sameFingerprint(session.cookie, fingerprint(cookie)) && this.isValid(id);
  }

  isValid(id: string): boolean {
    return this.#sessions.some((session) => session.id === id && session.expiresAt > Date.now());
  }

  revoke(id: string): void {
    this.#sessions = this.#sessions.filter((session) => session.id !== id);
    this.#write();
    for (const listener of this.#onRevoked) listener(id);
  }

  onRevoked(listener: (id: string) => void): void {
    this.#onRevoked.add(listener);
  }

  #write(): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#sessions), { mode: 0o600, flush: true });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/** A missing or unreadable file means: nobody is signed in. */
function read(file: string): StoredSession[] {
  try {
    return z.array(storedSession).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}
