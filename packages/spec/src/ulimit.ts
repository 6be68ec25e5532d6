import type { Ulimit } from './container.ts';
import { BoxError } from './errors.ts';
import { nearest } from './nearest.ts';
import { RLIMITS } from './rlimits.ts';

/** Names as `--ulimit` takes them, getrlimit(2) without RLIMIT_. */
const NAMES = Object.keys(RLIMITS);

/**
 * `--ulimit NAME=SOFT[:HARD]`; a lone number sets both; `unlimited` or -1 for none.
 * @throws BoxError INVALID_ARGUMENT
 */
export function parseUlimit(text: string): Ulimit {
  const [, name = '', soft = '', hard] = /^([^=]*)=([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const where = `--ulimit ${text}`;
  if (!NAMES.includes(name)) {
    const near = nearest(name, NAMES);
    const hint = near ? `did you mean ${near}?` : 'write NAME=SOFT[:HARD], for example nofile=1024:4096';
    throw new BoxError('INVALID_ARGUMENT', `${where}: "${name || text}" is no limit of processes`, { hint });
  }
  const limit = { name, soft: parseValue(soft, where), hard: parseValue(hard ?? soft, where) };
  if (limit.hard !== -1 && (limit.soft === -1 || limit.soft > limit.hard)) {
    throw new BoxError('INVALID_ARGUMENT', `${where}: the soft limit is above the hard limit`, {
      hint: `write ${name}=${hard}:${hard} or raise the second number`,
    });
  }
  return limit;
}

function parseValue(text: string, where: string): number {
  if (text === 'unlimited' || text === '-1') return -1;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new BoxError('INVALID_ARGUMENT', `${where}: "${text}" is no number`, {
    hint: 'write a number, or "unlimited"',
  });
}
