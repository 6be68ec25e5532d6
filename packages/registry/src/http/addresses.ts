import { lookup } from 'node:dns';
import { lookup as lookupAsync } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { BoxError } from '@boxyard/spec';

/** Where a registry that is not there itself must not send us: this host, its links, and the metadata services of clouds. */
const OWN = new BlockList();
OWN.addSubnet('0.0.0.0', 8, 'ipv4');
OWN.addSubnet('127.0.0.0', 8, 'ipv4');
OWN.addSubnet('169.254.0.0', 16, 'ipv4'); // RFC 3927; metadata of AWS, Azure, Google, OpenStack
OWN.addAddress('100.100.100.200', 'ipv4'); // metadata of Alibaba Cloud
OWN.addAddress('168.63.129.16', 'ipv4'); // the host of Azure's machines
OWN.addAddress('::', 'ipv6');
OWN.addAddress('::1', 'ipv6');
OWN.addSubnet('fe80::', 10, 'ipv6');
OWN.addAddress('fd00:ec2::254', 'ipv6'); // metadata of AWS
OWN.addAddress('fd20:ce::254', 'ipv6'); // metadata of Google Cloud

/** Loopback, link-local, or a cloud's metadata service. */
export function isOwnAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && OWN.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a URL's host is such an address, or a name of one. A name that nobody knows is none. */
export async function leadsToOwnAddress(url: URL): Promise<boolean> {
  const host = bareHost(url);
  if (isIP(host)) return isOwnAddress(host);
  try {
    return (await lookupAsync(host, { all: true })).some(({ address }) => isOwnAddress(address));
  } catch {
    return false;
  }
}

/** @throws BoxError PERMISSION_DENIED for a URL whose host is written as such an address; names are `guardedLookup`'s. */
export function refuseOwnAddress(url: URL): void {
  if (isOwnAddress(bareHost(url))) throw refused(url.host);
}

/** `dns.lookup` that finds no such address, also when a name server says so the second time it is asked. */
export const guardedLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, []);
    if (addresses.some(({ address }) => isOwnAddress(address))) return done(refused(hostname), []);
    const [first] = addresses;
    if (options.all) done(null, addresses);
    else if (first) done(null, first.address, first.family);
  });
};

function refused(host: string): BoxError {
  return new BoxError(
    'PERMISSION_DENIED',
    `the registry sends us to ${host}, an address of this host or its cloud`,
    {
      hint: 'such a registry is wrongly set up, or hostile',
    },
  );
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
