import { createHash } from 'node:crypto';
import { BoxError } from '@boxyard/spec';
import type { RegistryCredential } from '../credentials/credential.ts';
import type { Home, HttpAnswer, Transport } from '../http/transport.ts';
import { parseChallenges } from './challenge.ts';
import { basic, fetchToken } from './token.ts';

/** What is asked for, and as whom. */
export interface Claim {
  scopes: readonly string[];
  credential: RegistryCredential | undefined;
  signal?: AbortSignal | undefined;
}
/** A password does not expire; what is never asked for again should not be kept for ever. */
const BASIC_LIFETIME_MS = 3_600_000;

interface Authorization {
  header: string;
  expiresAt: number;
}

/** Authorization headers by registry, scopes and credential, kept until they expire. */
export class Authorizer {
  readonly #transport: Transport;
  readonly #known = new Map<string, Authorization>();
  readonly #underway = new Map<string, Promise<Authorization>>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What was answered last time, while it is good. */
  known(home: Home, claim: Claim): string | undefined {
    const key = keyOf(home, claim);
    const found = this.#known.get(key);
    if (!found || found.expiresAt > Date.now()) return found?.header;
    this.#known.delete(key);
    return undefined;
  }

  /**
   * The header that answers a 401; those who need the same at once share one question. `rejected` is the header that the registry
   * did not take.
   * @throws BoxError UNAUTHENTICATED
   */
  async answer(
    refusal: HttpAnswer,
    home: Home,
    claim: Claim & { rejected: string | undefined },
  ): Promise<string> {
    const key = keyOf(home, claim);
    const found = this.#known.get(key);
    if (found && found.header !== claim.rejected) return found.header;
    let asked = this.#underway.get(key);
    if (!asked) {
      asked = this.#obtain(refusal, home, claim)
        .then((authorization) => this.#keep(key, authorization))
        .finally(() => this.#underway.delete(key));
      this.#underway.set(key, asked);
    }
    return (await unless(claim.signal, asked)).header;
  }

  #keep(key: string, authorization: Authorization): Authorization {
    for (const [other, { expiresAt }] of this.#known) if (expiresAt <= Date.now()) this.#known.delete(other);
    this.#known.set(key, authorization);
    return authorization;
  }

  async #obtain(refusal: HttpAnswer, home: Home, claim: Claim): Promise<Authorization> {
    const challenges = parseChallenges(refusal.headers['www-authenticate'] ?? '');
    const { credential } = claim;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer) {
      const { token, expiresAt } = await fetchToken(this.#transport, home, { ...claim, challenge: bearer });
      return { header: `Bearer ${token}`, expiresAt };
    }
    const { name } = home;
    if (!challenges.some(({ scheme }) => scheme === 'basic')) {
      const schemes = challenges.map(({ scheme }) => scheme).join(', ') || 'nothing';
      throw new BoxError(
        'UNSUPPORTED',
        `${name} wants authentication by ${schemes}; Boxyard knows Basic and Bearer`,
      );
    }
    if (!credential || !('username' in credential)) {
      throw new BoxError('UNAUTHENTICATED', `${name} wants a user name and a password`, {
        hint: `box login ${name}`,
      });
    }
    return { header: basic(credential), expiresAt: Date.now() + BASIC_LIFETIME_MS };
  }
}

/** The promise goes on for others who wait for it. @throws BoxError CANCELLED */
async function unless<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (!signal) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const cancel = () => reject(new BoxError('CANCELLED', 'cancelled'));
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Two callers with different credentials never share a token. */
function keyOf({ url }: Home, { scopes, credential }: Claim): string {
  const identity = credential ? createHash('sha256').update(JSON.stringify(credential)).digest('hex') : '';
  return JSON.stringify([url.origin, scopes, identity]);
}
