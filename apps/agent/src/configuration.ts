import { isIP } from 'node:net';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Configuration {
  root: string;
  run: string;
  /** Path of the unix socket. */
  socket: string;
  cgroupRoot: string | undefined;
  logLevel: LogLevel;
  /** Where the dashboard is served; null: nowhere. */
  listen: { host: string; port: number } | null;
  /** Other names by which browsers reach it. */
  hosts: PublicName[];
  /** Directory of the exported dashboard, when it is not where the build puts it. */
  web: string | undefined;
}

/** A name of the dashboard beyond those of its own address. */
export interface PublicName {
  /** As in a URL: lower case, IPv6 in brackets. */
  host: string;
  /** Null: the scheme's own for https, the agent's for http. */
  port: number | null;
  /** A proxy before the agent speaks TLS under this name. */
  https: boolean;
}

const DEFAULT_LISTEN = '127.0.0.1:7420';
const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/;
const PORT_MAX = 65_535;

/** Whether an address to listen on is reached from this host alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Reads the environment variables (docker-free-setup.md, "Environment").
 * @throws BoxError INVALID_ARGUMENT that names the variable
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const run = absolute('BOXYARD_RUN', environment.BOXYARD_RUN) ?? '/run/boxyard';
  return {
    root: absolute('BOXYARD_ROOT', environment.BOXYARD_ROOT) ?? '/var/lib/boxyard',
    run,
    socket: absolute('BOXYARD_SOCKET', environment.BOXYARD_SOCKET) ?? join(run, 'boxd.sock'),
    cgroupRoot: absolute('BOXYARD_CGROUP_ROOT', environment.BOXYARD_CGROUP_ROOT),
    logLevel: logLevel(environment.BOXYARD_LOG_LEVEL || 'info'),
    listen: listenAddress(environment.BOXYARD_LISTEN || DEFAULT_LISTEN),
    hosts: (environment.BOXYARD_HOSTS || '').split(',').flatMap((name) => publicName(name.trim())),
    web: absolute('BOXYARD_WEB', environment.BOXYARD_WEB),
  };
}

function absolute(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (!value.startsWith('/')) {
    throw new BoxError('INVALID_ARGUMENT', `${name}=${value} is not an absolute path`, {
      hint: `set it to a path that begins with /`,
    });
  }
  return value;
}

function logLevel(value: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === value);
  if (level) return level;
  throw new BoxError('INVALID_ARGUMENT', `BOXYARD_LOG_LEVEL=${value} is no log level`, {
    hint: `one of ${LOG_LEVELS.join(', ')}`,
  });
}

function listenAddress(value: string): { host: string; port: number } | null {
  if (value === 'off') return null;
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(value) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (!host || port > PORT_MAX || (host !== 'localhost' && isIP(host) === 0)) {
    throw new BoxError('INVALID_ARGUMENT', `BOXYARD_LISTEN=${value} is not ADDRESS:PORT`, {
      hint: `for example BOXYARD_LISTEN=${DEFAULT_LISTEN}, or BOXYARD_LISTEN=off for no dashboard; names go into BOXYARD_HOSTS`,
    });
  }
  return { host, port };
}

function publicName(value: string): PublicName[] {
  if (value === '') return [];
  const [, scheme, name = '', digits] =
    /^(https:\/\/)?(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::(\d{1,5}))?$/i.exec(value) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (!name || (port !== null && (port === 0 || port > PORT_MAX))) {
    throw new BoxError('INVALID_ARGUMENT', `BOXYARD_HOSTS: "${value}" is no name of a host`, {
      hint: 'for example BOXYARD_HOSTS=yard.lan,192.168.1.5:8080,https://yard.example.org',
    });
  }
  return [{ host: name.toLowerCase(), port, https: scheme !== undefined }];
}

/** Everything that stops this host from running the agent, each with what to do. */
export function obstacles(platform: string, userId: number | undefined): string[] {
  const found = [];
  if (platform !== 'linux')
    found.push(`Linux: this is ${platform}, and containers are made by the Linux kernel`);
  else if (userId !== 0) found.push('root: namespaces, mounts and cgroups need it. Run: sudo bin/boxd');
  return found;
}
