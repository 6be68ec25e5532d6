import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxError, type ContainerConfig } from '@boxyard/spec';

/** Places of the host, replaceable in tests. */
const HOST_ETC = '/etc';
const ZONES = '/usr/share/zoneinfo';
/** systemd-resolved listens on the host's loopback, where a box cannot reach it; its real upstreams stand here. */
const RESOLVED_UPSTREAMS = '/run/systemd/resolve/resolv.conf';

/** Where a container's own hosts, hostname and resolv.conf lie, and the host's file of its time zone. */
export function boundFiles(directory: string, { timezone }: Pick<ContainerConfig, 'timezone'>) {
  return {
    hosts: join(directory, 'hosts'),
    hostname: join(directory, 'hostname'),
    resolvConf: join(directory, 'resolv.conf'),
    ...(timezone === undefined ? {} : { zone: join(ZONES, timezone) }),
  };
}

/**
 * Writes them, 0644, to be bound over the box's own (at each start: the host's may have changed). Synchronous: a tenth of a millisecond
 * while the root is being mounted elsewhere; through the thread pool it would be the longest part of a start.
 */
export function writeHostFiles(
  directory: string,
  config: Pick<ContainerConfig, 'hostname' | 'network' | 'timezone'>,
): ReturnType<typeof boundFiles> {
  const files = boundFiles(directory, config);
  const hosts = config.network === 'host' ? readIfThere(join(HOST_ETC, 'hosts')) : hostsOf(config.hostname);
  writeIfOther(files.hosts, hosts);
  writeIfOther(files.hostname, `${config.hostname}\n`);
  writeIfOther(files.resolvConf, resolvers());
  return files;
}

/** A box may have written to its file, as much as it liked: it is read only when it has the right size. */
function writeIfOther(path: string, text: string): void {
  const bytes = Buffer.from(text);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === bytes.length && readFileSync(path).equals(bytes)) return;
  writeFileSync(path, bytes, { mode: 0o644 });
}

/** Its own name is 127.0.1.1, as Debian does it: programs that look it up (sudo, hostname -f) find something. */
export function hostsOf(hostname: string): string {
  return [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'ff00::\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    `127.0.1.1\t${hostname}`,
    '',
  ].join('\n');
}

function resolvers(): string {
  const text = readIfThere(join(HOST_ETC, 'resolv.conf'));
  if (!/^\s*nameserver\s+127\.0\.0\.53\s*$/m.test(text)) return text;
  return readIfThere(RESOLVED_UPSTREAMS) || text;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** The name of a zone that the host has; `local` is the host's own. Throws INVALID_ARGUMENT when there is none. */
export function resolveTimezone(name: string): string {
  const zone = name === 'local' ? localZone() : name;
  if (zone !== undefined && existsSync(join(ZONES, zone))) return zone;
  throw new BoxError('INVALID_ARGUMENT', `the time zone "${name}" is not known on this host`, {
    hint: existsSync(ZONES) ? `see the names below ${ZONES}` : 'install the package tzdata on the host',
  });
}

function localZone(): string | undefined {
  try {
    const [, zone] = /\/zoneinfo\/(.+)$/.exec(readlinkSync(join(HOST_ETC, 'localtime'))) ?? [];
    return zone ?? 'UTC';
  } catch {
    return 'UTC'; // no link: localtime(5) says UTC is used
  }
}

/** Sources of binds and a root directory must be there now: a container that can never start is of no use to anybody. */
export async function checkSources(config: ContainerConfig): Promise<void> {
  if (config.root.kind === 'directory') {
    const { path } = config.root;
    const found = await stat(path).catch(() => undefined);
    if (!found?.isDirectory()) {
      throw new BoxError(
        'INVALID_ARGUMENT',
        `the root directory ${path} ${found ? 'is no directory' : 'does not exist'}`,
        {
          hint: '--rootfs takes a directory of this host with an unpacked root file system',
        },
      );
    }
  }
  for (const mount of config.mounts) {
    if (mount.type !== 'bind' || (await stat(mount.source).catch(() => undefined))) continue;
    throw new BoxError(
      'INVALID_ARGUMENT',
      `the source ${mount.source} of the mount at ${mount.target} does not exist`,
      {
        hint: `make it first: mkdir -p ${mount.source}`,
        details: { source: mount.source },
      },
    );
  }
}
