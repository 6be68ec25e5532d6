import { BlockList, isIP } from 'node:net';
import type { HostSettings } from './settings.ts';

/** The proxy for a URL, by the registry's settings, else by HTTPS_PROXY, HTTP_PROXY and NO_PROXY as curl reads them. */
export function proxyFor(
  url: URL,
  { proxy }: Pick<HostSettings, 'proxy'>,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (proxy !== undefined) return proxy === 'none' ? undefined : proxy;
  const find = (name: string) => environment[name.toLowerCase()] || environment[name];
  const found = find(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || find('ALL_PROXY');
  if (!found || isExempt(url, find('NO_PROXY') ?? '')) return undefined;
  const address = found.includes('://') ? found : `http://${found}`;
  return /^https?:$/.test(URL.parse(address)?.protocol ?? '') ? address : undefined;
}

/** NO_PROXY: `*`, host names and what lies below them, addresses and networks in CIDR notation, each with or without a port. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  // A proxy on another machine cannot reach what only this one sees.
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return true;
  return noProxy
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(entry, host);
  const [, name = entry, onlyPort] =
    /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name.replace(/^\[|\]$|^\*?\./g, '');
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

function inNetwork(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network);
  if (
    family === 0 ||
    family !== isIP(host) ||
    !/^\d{1,3}$/.test(bits) ||
    Number(bits) > (family === 4 ? 32 : 128)
  )
    return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}
