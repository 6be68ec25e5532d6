import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { AccessSession } from '@boxyard/api';
import { z } from 'zod';
import { writePrivateFile } from './private-file.ts';
import { fingerprint, newSecret, sameFingerprint } from './random.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A browser stays signed in this long, */
const LIFETIME_MS = 30 * DAY_MS;
/** or this long after it was last seen: a laptop that was lost or sold signs itself out. */
const IDLE_MS = 7 * DAY_MS;
/** Older ones give way: nobody has so many browsers. */
const MOST = 100;
/** When a session was last seen is worth no write at every request. */
const SEEN_WRITE_MS = MINUTE_MS;
/** Names a session for people and the audit: enough to tell 100 apart, worth nothing for signing in. */
const ID_BYTES = 6;
const USER_AGENT_CHARACTERS = 256;

const storedSession = z.object({
  id: z.string(),
  cookie: z.string(),
  secret: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
  lastSeenAt: z.number(),
  address: z.string(),
  userAgent: z.string(),
  by: z.enum(['link', 'password']),
});
type StoredSession = z.infer<typeof storedSession>;
/** Written by the first version, which knew of links alone. */
const firstSession = storedSession
  .pick({ cookie: true, secret: true, createdAt: true, expiresAt: true })
  .transform(
    (session): StoredSession => ({
      ...session,
      id: newId(),
      lastSeenAt: session.createdAt,
      address: '',
      userAgent: '',
      by: 'link',
    }),
  );
const storedSessions = z.array(z.union([storedSession, firstSession]));

/** Where a request comes from, as people recognise it. */
export interface Visitor {
  address: string;
  userAgent: string;
}

/**
 * Signed-in browsers. A session has two halves that are only good together: a cookie (which a hostile box on another port of this
 * host may be sent) and a secret in localStorage (which it is not). Both are kept as hashes, in a file, so that a restart of the
 * agent signs nobody out.
 */
export class Sessions implements Disposable {
  #file: string;
  #sessions: StoredSession[];
  #onRevoked = new Set<(id: string) => void>();
  /** Counts what must not be undone: a write of last-seen times that began before is thrown away. */
  #changes = 0;
  #seenTimer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#sessions = read(file).filter(isCurrent);
  }

  create(
    visitor: Visitor,
    by: AccessSession['by'],
  ): { id: string; cookie: string; secret: string; maxAgeSeconds: number } {
    const [id, cookie, secret] = [newId(), newSecret(), newSecret()];
    const now = Date.now();
    const session: StoredSession = {
      id,
      cookie: fingerprint(cookie),
      secret: fingerprint(secret),
      createdAt: now,
      expiresAt: now + LIFETIME_MS,
      lastSeenAt: now,
      ...shortened(visitor),
      by,
    };
    this.#sessions = [...this.#sessions.filter(isCurrent), session].slice(-MOST);
    this.#write();
    return { id, cookie, secret, maxAgeSeconds: LIFETIME_MS / 1000 };
  }

  /**
   * The session that both halves belong to, or undefined. A browser may bring several cookies of one name: another site of this host
   * can add one, but not take ours away by that.
   */
  find(cookies: readonly string[], secret: string | undefined): string | undefined {
    if (!secret) return undefined;
    const secretHash = fingerprint(secret);
    for (const cookie of cookies) {
      const cookieHash = fingerprint(cookie);
      const session = this.#sessions.find((candidate) => sameFingerprint(candidate.cookie, cookieHash));
      if (session && sameFingerprint(session.secret, secretHash) && isCurrent(session)) return session.id;
    }
    return undefined;
  }

  /** The cookie's half alone: only to check a ticket that was given for both. */
  hasCookie(id: string, cookies: readonly string[]): boolean {
    const session = this.#current(id);
    return !!session && cookies.some((cookie) => sameFingerprint(session.cookie, fingerprint(cookie)));
  }

  isValid(id: string): boolean {
    return this.#current(id) !== undefined;
  }

  /** It is in use: from where, or by a stream that is open still. */
  seen(id: string, visitor?: Visitor): void {
    const session = this.#current(id);
    if (!session) return;
    Object.assign(session, { lastSeenAt: Date.now() }, visitor && shortened(visitor));
    this.#seenTimer ??= setTimeout(() => void this.#writeSeen(), SEEN_WRITE_MS).unref();
  }

  /** Newest use first. */
  list(): Omit<AccessSession, 'current'>[] {
    return this.#sessions
      .filter(isCurrent)
      .sort((a, b) => b.lastSeenAt - a.lastSeenAt)
      .map(({ cookie: _, secret: __, ...session }) => ({
        ...session,
        createdAt: new Date(session.createdAt).toISOString(),
        lastSeenAt: new Date(session.lastSeenAt).toISOString(),
        expiresAt: new Date(endOf(session)).toISOString(),
      }));
  }

  /** False when there is none of that name. Its streams end before this returns. */
  revoke(id: string): boolean {
    return this.#revoke((session) => session.id === id) > 0;
  }

  /** Ends all but one; how many. */
  revokeAllBut(kept: string | null): number {
    return this.#revoke((session) => session.id !== kept);
  }

  /** Calls `listener` with the id of each session that is revoked, until the returned function is called. */
  onRevoked(listener: (id: string) => void): () => void {
    this.#onRevoked.add(listener);
    return () => void this.#onRevoked.delete(listener);
  }

  [Symbol.dispose](): void {
    if (this.#seenTimer) this.#write();
  }

  #revoke(ends: (session: StoredSession) => boolean): number {
    const ended = this.#sessions.filter((session) => isCurrent(session) && ends(session));
    if (ended.length === 0) return 0;
    this.#sessions = this.#sessions.filter((session) => !ended.includes(session));
    this.#write();
    for (const { id } of ended) for (const listener of this.#onRevoked) listener(id);
    return ended.length;
  }

  #current(id: string): StoredSession | undefined {
    return this.#sessions.find((session) => session.id === id && isCurrent(session));
  }

  #write(): void {
    this.#changes += 1;
    this.#forgetTimer();
    writePrivateFile(this.#file, JSON.stringify(this.#sessions));
  }

  /** Beside the event loop. A failure costs a last-seen time that the next write makes good. */
  async #writeSeen(): Promise<void> {
    this.#forgetTimer();
    const changes = this.#changes;
    try {
      await writeFile(`${this.#file}.seen`, JSON.stringify(this.#sessions), { mode: 0o600, flush: true });
      if (changes === this.#changes) renameSync(`${this.#file}.seen`, this.#file);
    } catch {}
  }

  #forgetTimer(): void {
    clearTimeout(this.#seenTimer);
    this.#seenTimer = undefined;
  }
}

function newId(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

function endOf({ expiresAt, lastSeenAt }: Pick<StoredSession, 'expiresAt' | 'lastSeenAt'>): number {
  return Math.min(expiresAt, lastSeenAt + IDLE_MS);
}

function isCurrent(session: StoredSession): boolean {
  return endOf(session) > Date.now();
}

/** The browser writes its own name: short and printable. */
function shortened({ address, userAgent }: Visitor): Visitor {
  return { address, userAgent: userAgent.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, USER_AGENT_CHARACTERS) };
}

/** A missing or unreadable file means: nobody is signed in. */
function read(file: string): StoredSession[] {
  try {
    return storedSessions.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}
