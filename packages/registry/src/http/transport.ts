import { BoxError } from '@boxyard/spec';
import type { Dispatcher } from 'undici';
import type { HostSettings } from '../settings/settings.ts';
import { leadsToOwnAddress, refuseOwnAddress } from './addresses.ts';
import { connectionError } from './connection-error.ts';
import { type Connections, TIMEOUTS } from './connections.ts';

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  url: URL;
  headers?: Record<string, string> | undefined;
  /** Called again when a redirect asks for the same request elsewhere. */
  body?: (() => AsyncIterable<Uint8Array> | Uint8Array | string) | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the answer when it takes longer than usual. */
  patience?: number | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  body: Dispatcher.ResponseData['body'];
  /** Where it came from, after redirects. */
  url: URL;
}

/** The registry that a request is about: what it may be sent to follows from it. */
export interface Home {
  /** As people name it and its settings do: `docker.io`. */
  name: string;
  url: URL;
  settings: HostSettings;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MILLISECONDS = 1000;
const MAX_REDIRECTS = 5;
/** Read of a body that nobody wants, to keep its connection, before it is cut. */
const DUMP_BYTES = 64 * 1024;

/** One request and its answer, redirects followed. Authorization stays with its origin. */
export class Transport {
  readonly #connections: Connections;
  readonly #userAgent: string;

  constructor(connections: Connections, userAgent: string) {
    this.#connections = connections;
    this.#userAgent = userAgent;
  }

  /** @throws TemporaryError for a broken connection, BoxError for a refused redirect or a certificate, CANCELLED */
  async send(request: HttpRequest, home: Home): Promise<HttpAnswer> {
    let current = request;
    for (let hops = 0; ; hops++) {
      const answer = await this.#once(current, home);
      const location = answer.headers.location;
      if (!REDIRECTS.has(answer.status) || location === undefined) return answer;
      await discard(answer);
      if (hops >= MAX_REDIRECTS) {
        throw new BoxError('UNAVAILABLE', `${home.name} redirects more than ${MAX_REDIRECTS} times`, {
          hint: 'the registry is wrongly set up',
        });
      }
      current = redirected(current, answer.status, location);
    }
  }

  async #once(request: HttpRequest, home: Home): Promise<HttpAnswer> {
    const { url, method, signal, body } = request;
    const silence = home.settings.timeout && home.settings.timeout * MILLISECONDS;
    const patience = request.patience ?? silence;
    const away = url.host !== home.url.host;
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && home.settings.insecure)) {
      throw new BoxError(
        'PERMISSION_DENIED',
        `${home.name} sends us to ${url.host || url.protocol} without TLS`,
        {
          hint: `if that is meant, say insecure = true for [registry."${home.name}"] in registries.toml`,
        },
      );
    }
    const guarded = away && !(await leadsToOwnAddress(home.url));
    if (guarded) refuseOwnAddress(url);
    try {
      const route = {
        settings: away ? { ...home.settings, cert: undefined, key: undefined } : home.settings,
        unverified: home.settings.insecure && url.hostname === home.url.hostname,
        guarded,
      };
      const answer = await this.#connections.request(url, route, {
        method,
        headers: { 'user-agent': this.#userAgent, 'accept-encoding': 'identity', ...request.headers },
        // undici takes async iterables too, only its types do not say so.
        body: (body?.() ?? null) as Dispatcher.DispatchOptions['body'],
        ...(patience !== undefined && { headersTimeout: patience }),
        ...(silence !== undefined && { bodyTimeout: silence }),
        ...(signal && { signal }),
      });
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, headers: single(answer.headers), body: answer.body, url };
    } catch (cause) {
      throw connectionError(cause, { url, signal, name: home.name });
    }
  }
}

/** Answers' bodies hold connections: what is not read must be let go. */
export async function discard({ body }: HttpAnswer): Promise<void> {
  await body
    .dump({ limit: DUMP_BYTES, signal: AbortSignal.timeout(TIMEOUTS.connect) })
    .catch(() => undefined);
}

function redirected(request: HttpRequest, status: number, location: string): HttpRequest {
  const url = URL.parse(location, request.url);
  if (!url) throw new BoxError('UNAVAILABLE', `${request.url.host} redirects to what is no URL`);
  const headers = { ...request.headers };
  // The fragment and the user of a URL are nothing to send; who we are is for the host we said it to.
  if (url.origin !== request.url.origin) delete headers.authorization;
  url.username = '';
  url.password = '';
  const asGet = request.body !== undefined && status < 307;
  if (!asGet) return { ...request, url, headers };
  delete headers['content-length'];
  delete headers['content-type'];
  return { ...request, url, headers, method: 'GET', body: undefined };
}

function single(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
