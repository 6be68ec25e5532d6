import { BoxError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Numbers of the limits of a process on x86-64 and arm64 (include/uapi/asm-generic/resource.h), named as `--ulimit` names them. */
export const RLIMITS = {
  cpu: 0,
  fsize: 1,
  data: 2,
  stack: 3,
  core: 4,
  rss: 5,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
  locks: 10,
  sigpending: 11,
  msgqueue: 12,
  nice: 13,
  rtprio: 14,
  rttime: 15,
} as const;
export type RlimitName = keyof typeof RLIMITS;

/** RLIM_INFINITY, what -1 stands for in `Ulimit`. */
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

/**
 * The number of a limit by name: `nofile`, `NOFILE`, `RLIMIT_NOFILE`.
 * @throws BoxError INVALID_ARGUMENT with the nearest name
 */
export function rlimitNumber(text: string): number {
  const name = text.toLowerCase().replace(/^rlimit_/, '');
  if (Object.hasOwn(RLIMITS, name)) return RLIMITS[name as RlimitName];
  const near = nearest(name, Object.keys(RLIMITS));
  throw new BoxError('INVALID_ARGUMENT', `"${text}" is no limit of a process`, {
    hint: near ? `did you mean ${near}?` : `known are ${Object.keys(RLIMITS).join(', ')}`,
  });
}

/** The name of a limit, for messages and `describePlan`. */
export function rlimitName(number: number): string {
  const found = Object.entries(RLIMITS).find(([, value]) => value === number);
  return found ? `RLIMIT_${found[0].toUpperCase()}` : `limit ${number}`;
}
