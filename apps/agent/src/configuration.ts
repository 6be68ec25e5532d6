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
  /** Directory of the exported dashboard, when it is not where the build puts it. */
  web: string | undefined;
}

const DEFAULT_LISTEN = '127.0.0.1:7420';
/** Until the front door has certificates and users, nobody but this host may knock. */
const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/;

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
  if (!host || port > 65_535) {
    throw new BoxError('INVALID_ARGUMENT', `BOXYARD_LISTEN=${value} is not HOST:PORT`, {
      hint: `for example BOXYARD_LISTEN=${DEFAULT_LISTEN}, or BOXYARD_LISTEN=off for no dashboard`,
    });
  }
  if (!LOOPBACK.test(host)) {
    throw new BoxError(
      'UNSUPPORTED',
      `BOXYARD_LISTEN=${value} would let other machines reach the dashboard`,
      {
        hint: 'listen on 127.0.0.1 or [::1], and reach it from elsewhere through "ssh -L 7420:127.0.0.1:7420 HOST"',
      },
    );
  }
  return { host, port };
}

/** Everything that stops this host from running the agent, each with what to do. */
export function obstacles(platform: string, userId: number | undefined): string[] {
  const found = [];
  if (platform !== 'linux')
    found.push(`Linux: this is ${platform}, and containers are made by the Linux kernel`);
  else if (userId !== 0) found.push('root: namespaces, mounts and cgroups need it. Run: sudo bin/boxd');
  return found;
}
