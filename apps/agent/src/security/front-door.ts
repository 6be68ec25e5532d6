import type { IncomingMessage } from 'node:http';
import { BoxError } from '@boxyard/spec';
import { isLoopback, type PublicName } from '../configuration.ts';
import type { Listening } from './access.ts';

/** Names by which this host's own browser reaches a loopback address. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/**
 * Judges requests that came over TCP before anything else looks at them: any page of any site can make the browser send them here
 * (docs/architecture.md). What a proxy adds to a request (X-Forwarded-*) decides nothing: anybody can write it.
 */
export class FrontDoor {
  #host: string;
  #names: readonly PublicName[];
  #port = 0;
  /** `Host` header → the origin of pages under it. Empty, so that nothing passes, until the port is known. */
  #origins: ReadonlyMap<string, string> = new Map();

  /** `host` to listen on, and further names. */
  constructor(host: string, names: readonly PublicName[]) {
    this.#host = host;
    this.#names = names;
  }

  /** As bound. Opens the door. */
  set port(port: number) {
    this.#port = port;
    const own = WILDCARDS.has(this.#host) ? [] : [bracketed(this.#host)];
    const plain = [...own, ...LOOPBACK_NAMES].map((host) => ({ host, port, https: false }));
    this.#origins = new Map([...this.#names, ...plain].map((name) => this.#entry(name)));
  }

  /** Where the dashboard is: the first of the names that were configured, else its address. */
  get address(): string {
    return [...this.#origins.values()][0] ?? '';
  }

  get listening(): Listening {
    return {
      host: this.#host,
      port: this.#port,
      loopback: isLoopback(this.#host),
      hosts: [...this.#origins.keys()],
    };
  }

  /** A page of another name that resolves to us (DNS rebinding) sends its own name. */
  checkHost(request: IncomingMessage): void {
    if (this.#originOf(request)) return;
    throw new BoxError('PERMISSION_DENIED', `this agent is not known as "${clean(request.headers.host)}"`, {
      hint: `open it as ${this.address}, or add the name to BOXYARD_HOSTS`,
    });
  }

  /**
   * For everything but pages and their files. A change and a WebSocket must name our own origin exactly; a read may leave it out, as
   * browsers do for their own site. Same-site is foreign: another port of this host may belong to a box.
   */
  checkOrigin(request: IncomingMessage, options: { required: boolean }): void {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const foreign = origin === undefined ? options.required : origin !== this.#originOf(request);
    if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
      throw new BoxError(
        'PERMISSION_DENIED',
        `the request comes from ${clean(origin)}, not from the dashboard`,
        {
          hint: 'use the dashboard, or the command line on the host',
        },
      );
    }
  }

  /** The browser reached us through TLS. */
  isHttps(request: IncomingMessage): boolean {
    return this.#originOf(request)?.startsWith('https:') ?? false;
  }

  #originOf(request: IncomingMessage): string | undefined {
    const { host = '' } = request.headers;
    const known = this.#origins.get(host);
    if (known || !WILDCARDS.has(this.#host)) return known;
    // Listening everywhere: the address that this connection came to is one of ours, and no name that could be rebound.
    const address = request.socket.localAddress?.replace(/^::ffff:/, '');
    const [name, origin] = this.#entry({ host: bracketed(address ?? ''), port: this.#port, https: false });
    return address && host === name ? origin : undefined;
  }

  #entry({ host, port, https }: PublicName): [name: string, origin: string] {
    const usual = https ? HTTPS_PORT : HTTP_PORT;
    const actual = port ?? (https ? HTTPS_PORT : this.#port);
    const name = actual === usual ? host : `${host}:${actual}`;
    return [name, `${https ? 'https' : 'http'}://${name}`];
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A header that an attacker wrote, short and printable. */
function clean(value: string | undefined): string {
  return (value ?? 'nowhere').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
