import type { IncomingMessage } from 'node:http';
import { BoxError } from '@boxyard/spec';

/** Names by which this host's own browser reaches a loopback address. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Judges requests that came over TCP before anything else looks at them: any page of any site can make the browser send them here
 * (docs/architecture.md).
 */
export class FrontDoor {
  #names: readonly string[];
  /** Empty, so that nothing passes, until the port is known. */
  #hosts: ReadonlySet<string> = new Set();

  /** `host` as configured: a name of the list or another loopback address. */
  constructor(host: string) {
    const own = host.includes(':') ? `[${host}]` : host;
    this.#names = [own, ...LOOPBACK_NAMES];
  }

  /** As bound. Opens the door. */
  set port(port: number) {
    this.#hosts = new Set(this.#names.map((name) => `${name}:${port}`));
  }

  /** Where the dashboard is. */
  get address(): string {
    return `http://${[...this.#hosts][0]}`;
  }

  /** A page of another name that resolves to us (DNS rebinding) sends its own name. */
  checkHost(request: IncomingMessage): void {
    if (this.#hosts.has(request.headers.host ?? '')) return;
    throw new BoxError('PERMISSION_DENIED', `this agent is not known as "${clean(request.headers.host)}"`, {
      hint: `open it as ${this.address}`,
    });
  }

  /**
   * For everything but pages and their files. A change and a WebSocket must name our own origin exactly; a read may leave it out, as
   * browsers do for their own site. Same-site is foreign: another port of this host may belong to a box.
   */
  checkOrigin(request: IncomingMessage, options: { required: boolean }): void {
    const { origin, host } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const foreign = origin === undefined ? options.required : origin !== `http://${host}`;
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
}

/** A header that an attacker wrote, short and printable. */
function clean(value: string | undefined): string {
  return (value ?? 'nowhere').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
