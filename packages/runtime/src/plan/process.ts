import {
  ALL_CAPABILITIES,
  BoxError,
  type ContainerConfig,
  capabilityMask,
  capabilityNames,
  DEFAULT_PATH,
  op,
  type PlanOperation,
  RLIM_INFINITY,
  rlimitNumber,
  type Ulimit,
} from '@boxyard/spec';
import type { HostFacts } from '../host.ts';

/** Limits every process starts with. The soft limit is what select(2) can handle; programs that need more raise it themselves. */
const NOFILE_SOFT = 1024n;
const NOFILE_HARD = 524_288n;
const CAP_SYS_RESOURCE = capabilityMask(['CAP_SYS_RESOURCE']);
const TERMINAL = 'xterm';

/** Limits: defaults that never need CAP_SYS_RESOURCE, each replaced by what the user asked for. */
export function processLimits(ulimits: readonly Ulimit[], host: HostFacts): PlanOperation[] {
  const { nofile, core } = host.hardLimits;
  const hard = nofile < NOFILE_HARD ? nofile : NOFILE_HARD;
  const limits = new Map<number, [soft: bigint, hard: bigint]>([
    [rlimitNumber('nofile'), [hard < NOFILE_SOFT ? hard : NOFILE_SOFT, hard]],
    [rlimitNumber('core'), [0n, core]],
  ]);
  const value = (number: number): bigint => (number === -1 ? RLIM_INFINITY : BigInt(number));
  for (const limit of ulimits) limits.set(rlimitNumber(limit.name), [value(limit.soft), value(limit.hard)]);
  return [...limits].map(([resource, [soft, most]]) => op('rlimit', resource, soft, most));
}

/** 0, always written; where the agent itself was given more and may not lower it, that. */
export function oomScore(host: HostFacts): PlanOperation {
  const mayLower = (host.capabilities & CAP_SYS_RESOURCE) !== 0n;
  return op('oomScore', mayLower ? 0 : Math.max(0, host.oomScore));
}

/**
 * The last steps before execve: who the process is and what it may do. Inheritable and ambient sets stay empty (SECURITY, capabilities).
 * @throws BoxError PERMISSION_DENIED when a capability was asked for that the agent does not have itself
 */
export function privileges(
  process: { capabilities: readonly string[]; noNewPrivileges: boolean },
  host: HostFacts,
): PlanOperation[] {
  const wanted = capabilityMask(process.capabilities);
  const missing = wanted & ~host.capabilities;
  // "All" means all there are; a single one by name must be there.
  if (missing !== 0n && wanted !== ALL_CAPABILITIES) {
    const names = capabilityNames(missing).join(', ');
    throw new BoxError('PERMISSION_DENIED', `the agent lacks ${names} itself and cannot give it to a box`, {
      hint: 'leave it out of --cap-add, or start the agent with it',
    });
  }
  const mask = wanted & host.capabilities;
  return [
    op('capBounding', mask),
    op('become'),
    op('capabilities', mask, mask, 0, 0),
    ...(process.noNewPrivileges ? [op('noNewPrivileges')] : []),
  ];
}

/** The environment as Docker sets it up: PATH, HOSTNAME, with a terminal TERM, then what was asked for; HOME comes from the user. */
export function environment(
  config: Pick<ContainerConfig, 'env' | 'hostname' | 'timezone'>,
  session: { tty: boolean; env?: readonly string[] },
): PlanOperation {
  const variables = new Map<string, string>([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', config.hostname],
  ]);
  if (session.tty) variables.set('TERM', TERMINAL);
  if (config.timezone) variables.set('TZ', config.timezone);
  for (const entry of [...config.env, ...(session.env ?? [])]) {
    const equals = entry.indexOf('=');
    // An image's KEY without a value imports nothing of the host's (SECURITY, environment).
    if (equals > 0) variables.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return op('environment', 1, ...[...variables].map(([key, value]) => `${key}=${value}`));
}
