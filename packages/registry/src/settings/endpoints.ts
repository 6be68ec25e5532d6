import { DEFAULT_REGISTRY } from '@boxyard/spec';
import type { HostSettings, RegistrySettings } from './settings.ts';

/** A registry to ask: what an image's name means, or a mirror of it. */
export interface Endpoint {
  /** Whose credentials are sent there: `docker.io`, `mirror.lan:5000`. */
  host: string;
  /** `registry-1.docker.io`, `mirror.lan:5000`. */
  address: string;
  /** Goes before the repository's name; empty or with `/` at its end. */
  prefix: string;
  mirror: boolean;
  settings: HostSettings;
}

/** Where Docker Hub answers. */
const HUB_ADDRESS = 'registry-1.docker.io';

/** The registry itself. */
export function endpointOf(settings: RegistrySettings, host: string): Endpoint {
  return { host, address: addressOf(host), prefix: '', mirror: false, settings: settings.of(host) };
}

/** Its mirrors in their order, then the registry itself. */
export function endpointsToRead(settings: RegistrySettings, host: string): Endpoint[] {
  const mirrors = settings.of(host).mirrors.map((mirror) => {
    const [name = '', ...path] = mirror.split('/');
    const prefix = path.filter(Boolean).map((part) => `${part}/`);
    const options = { prefix: prefix.join(''), mirror: true, settings: settings.of(name) };
    return { host: name, address: addressOf(name), ...options };
  });
  return [...mirrors, endpointOf(settings, host)];
}

function addressOf(host: string): string {
  return host === DEFAULT_REGISTRY ? HUB_ADDRESS : host;
}
