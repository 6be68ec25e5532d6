import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { BoxError } from '@boxyard/spec';
import type { buildConnector, Dispatcher } from 'undici';
import { proxyFor } from '../settings/proxy.ts';
import type { HostSettings } from '../settings/settings.ts';
import { guardedLookup } from './addresses.ts';
import { loadUndici } from './undici.ts';

/** Milliseconds. */
export interface Timeouts {
  connect: number;
  /** From the end of a request to the first byte of the answer. */
  headers: number;
  /** The end of an upload: the registry may copy the whole blob before it answers. */
  commit: number;
  /** Between two pieces of a body. */
  idle: number;
}
export const TIMEOUTS: Timeouts = { connect: 10_000, headers: 30_000, commit: 300_000, idle: 30_000 };

/** How to reach a host. */
export interface Route {
  settings: HostSettings;
  /** No certificate is checked. */
  unverified: boolean;
  /** Names that lead to this host are refused. */
  guarded: boolean;
}

/** Connections that are kept open, by the way in which they are made. Owned by the client, closed with it. */
export class Connections implements AsyncDisposable {
  readonly #timeouts: Timeouts;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();

  constructor(options: { timeouts: Timeouts; environment: NodeJS.ProcessEnv }) {
    this.#timeouts = options.timeouts;
    this.#environment = options.environment;
  }

  /** @throws errors of undici and of sockets, BoxError UNAVAILABLE when a file of certificates cannot be read */
  async request(
    url: URL,
    route: Route,
    options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>,
  ): Promise<Dispatcher.ResponseData> {
    const { request } = await loadUndici();
    const dispatcher = await this.#to(url, route);
    return request.call(dispatcher, { ...options, origin: url.origin, path: url.pathname + url.search });
  }

  #to(url: URL, { settings, unverified, guarded }: Route): Promise<Dispatcher> {
    const proxy = proxyFor(url, settings, this.#environment);
    const { ca, cert, key } = settings;
    const name = JSON.stringify([ca, cert, key, unverified, guarded, proxy]);
    let found = this.#dispatchers.get(name);
    if (!found) {
      found = this.#make({ settings, unverified, guarded, proxy });
      this.#dispatchers.set(name, found);
      found.catch(() => this.#dispatchers.delete(name));
    }
    return found;
  }

  async #make({
    settings,
    unverified,
    guarded,
    proxy,
  }: Route & { proxy: string | undefined }): Promise<Dispatcher> {
    const { Agent } = await loadUndici();
    const secureContext = await certificates(settings);
    const tls: buildConnector.BuildOptions = {
      allowH2: false,
      rejectUnauthorized: !unverified,
      ...(secureContext && { secureContext }),
    };
    const { connect, headers, idle } = this.#timeouts;
    const common = { connectTimeout: connect, headersTimeout: headers, bodyTimeout: idle };
    if (proxy !== undefined) {
      const { ProxyAgent } = await import('./proxy-agent.ts');
      return new ProxyAgent({ ...common, uri: proxy, requestTls: tls });
    }
    const lookup = guarded ? { lookup: guardedLookup } : {};
    return new Agent({ ...common, connect: { ...tls, timeout: connect, ...lookup } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = await Promise.allSettled(this.#dispatchers.values());
    this.#dispatchers.clear();
    await Promise.all(all.map((made) => made.status === 'fulfilled' && made.value.destroy()));
  }
}

/** Made once for all connections: reading hundreds of certificates takes milliseconds. Undefined for what Node trusts by itself. */
async function certificates({ ca, cert, key }: HostSettings): Promise<SecureContext | undefined> {
  if (ca === undefined && cert === undefined) return undefined;
  const [extra, certificate, secret] = await Promise.all([ca, cert, key].map(readPem));
  try {
    return createSecureContext({
      ...(extra && { ca: [...getCACertificates('default'), extra] }),
      ...(certificate && secret && { cert: certificate, key: secret }),
    });
  } catch (cause) {
    const files = [ca, cert, key].filter(Boolean).join(', ');
    throw new BoxError('UNAVAILABLE', `cannot use ${files}: ${(cause as Error).message}`, {
      hint: 'registries.toml must name files in PEM form',
      cause,
    });
  }
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new BoxError('UNAVAILABLE', `cannot read ${file}: ${(cause as Error).message}`, {
      hint: 'correct its path in registries.toml',
      cause,
    });
  }
}
