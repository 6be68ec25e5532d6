import { BoxError, CONTAINER_STATES, exitCodeOf, isAlive, nearest, normalizeReference } from '@boxyard/spec';
import type { ContainerRow } from '../database/schema.ts';

type Test = (row: ContainerRow) => boolean;

/** What `--filter key=value` can ask; each makes a test of one value. */
const KEYS: Record<string, (value: string) => Test> = {
  name: (value) => (row) => row.name.includes(value),
  id: (value) => (row) => row.id.startsWith(value),
  label(value) {
    const [key = '', expected] = splitOnce(value);
    return ({ config: { labels } }) =>
      expected === undefined ? Object.hasOwn(labels, key) : labels[key] === expected;
  },
  status(value) {
    if (!CONTAINER_STATES.some((state) => state === value)) {
      throw invalid(`"${value}" is no state of a container`, `states are ${CONTAINER_STATES.join(', ')}`);
    }
    return (row) => row.state === value;
  },
  ancestor(value) {
    const reference = normalizeReference(value);
    const id = value.replace(/^sha256:/, '');
    return (row) =>
      row.image === value ||
      (reference !== undefined && normalizeReference(row.image) === reference) ||
      (/^[0-9a-f]{4,}$/.test(id) && row.imageId?.startsWith(id) === true);
  },
  exited(value) {
    if (!/^\d{1,3}$/.test(value)) throw invalid(`"${value}" is no exit code`, 'give a number from 0 to 255');
    return (row) => !isAlive(row.state) && row.exit !== null && exitCodeOf(row.exit) === Number(value);
  },
};

/**
 * One test out of `key=value` pairs: different keys must all hold, of the same key one. Without `all` only living containers pass,
 * unless `status` or `exited` ask for others. Throws INVALID_ARGUMENT for an unknown key.
 */
export function compileFilter({ all, filters }: { all: boolean; filters: readonly string[] }): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const [key = '', value] = splitOnce(filter);
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (!make || value === undefined) {
      const suggestion = nearest(key, Object.keys(KEYS));
      throw invalid(
        make ? `the filter "${filter}" has no value` : `unknown filter "${key}"`,
        make
          ? `write ${key}=VALUE`
          : `${suggestion ? `did you mean "${suggestion}"? ` : ''}filters are ${Object.keys(KEYS).join(', ')}`,
      );
    }
    byKey.set(key, [...(byKey.get(key) ?? []), make(value)]);
  }
  const tests = [...byKey.values()];
  const every = all || byKey.has('status') || byKey.has('exited');
  return (row) =>
    (every || isAlive(row.state)) && tests.every((alternatives) => alternatives.some((test) => test(row)));
}

/** `a=b=c` → `a`, `b=c`; without `=` the second is undefined. */
function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function invalid(message: string, hint: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, { hint });
}
