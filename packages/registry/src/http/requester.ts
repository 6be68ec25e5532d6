import { Authorizer } from '../auth/authorizer.ts';
import type { RegistryCredential } from '../credentials/credential.ts';
import { type CallOptions, type RetryPolicy, retrying } from '../retry.ts';
import type { Endpoint } from '../settings/endpoints.ts';
import { temporaryOf } from './registry-error.ts';
import { discard, type Home, type HttpAnswer, type HttpRequest, type Transport } from './transport.ts';

/** One registry, and as whom to ask it for what. */
export interface Target extends CallOptions {
  endpoint: Endpoint;
  /** `repository:team/app:pull` */
  scopes: readonly string[];
  credential: RegistryCredential | undefined;
}
export type RegistryRequest = Omit<HttpRequest, 'url' | 'signal'> & {
  /** Below the registry's root (`/v2/…`), or the whole address that the registry gave. */
  to: string | URL;
};

/** Requests to registries with what it takes to have them answered: scheme, authorization, patience. */
export class Requester {
  readonly transport: Transport;
  readonly policy: RetryPolicy;
  readonly #authorizer: Authorizer;
  readonly #homes = new Map<string, Promise<Home>>();

  constructor(transport: Transport, policy: RetryPolicy) {
    this.transport = transport;
    this.policy = policy;
    this.#authorizer = new Authorizer(transport);
  }

  /** Until it is answered with something else than "not now". @throws TemporaryError after the last try, BoxError */
  insist(target: Target, request: RegistryRequest): Promise<HttpAnswer> {
    const policy = this.policyFor(target);
    const { signal, onNote } = target;
    return retrying(() => this.send(target, request), { policy, signal, onNote });
  }

  /** Once, or twice when the registry wants to know who asks. @throws TemporaryError, BoxError */
  async send(target: Target, request: RegistryRequest): Promise<HttpAnswer> {
    const { scopes, credential, signal } = target;
    const home = await this.home(target);
    const url = new URL(request.to, home.url);
    const ours = url.origin === home.url.origin;
    const claim = { scopes, credential, signal };
    const attempt = (authorization: string | undefined) => {
      const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) };
      return this.transport.send({ ...request, url, headers, signal }, home);
    };
    const known = ours ? this.#authorizer.known(home, claim) : undefined;
    let answer = await attempt(known);
    if (answer.status === 401 && ours && answer.url.origin === home.url.origin) {
      await discard(answer);
      answer = await attempt(await this.#authorizer.answer(answer, home, { ...claim, rejected: known }));
    }
    const temporary = await temporaryOf(answer);
    if (temporary) throw temporary;
    return answer;
  }

  /** Where the registry is. */
  async home({ endpoint }: Pick<Target, 'endpoint'>): Promise<Home> {
    const { address, settings, host } = endpoint;
    const over = (scheme: string): Home => ({
      name: host,
      url: new URL(`${scheme}://${address}/`),
      settings,
    });
    if (!settings.insecure) return over('https');
    const key = JSON.stringify([address, settings]);
    let found = this.#homes.get(key);
    if (!found) {
      found = this.#speaksTls(over('https')).then((does) => over(does ? 'https' : 'http'));
      this.#homes.set(key, found);
      found.catch(() => this.#homes.delete(key));
    }
    return found;
  }

  /** Insecure registries speak either. */
  async #speaksTls(home: Home): Promise<boolean> {
    try {
      await discard(await this.transport.send({ method: 'GET', url: new URL('/v2/', home.url) }, home));
      return true;
    } catch {
      return false;
    }
  }

  /** Where another endpoint follows, the next one is the second try. */
  policyFor({ endpoint }: Target): RetryPolicy {
    return endpoint.mirror ? { ...this.policy, attempts: 1 } : this.policy;
  }
}
