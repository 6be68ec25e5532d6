import { BoxError, parseDuration } from '@boxyard/spec';

/** What clean-ups can be limited to. */
export interface PruneFilter {
  /** Older than this: a duration (`24h`) or RFC 3339 time. */
  until?: string | undefined;
  /** `KEY` or `KEY=VALUE`, `!` before it: without. All must hold. */
  labels: readonly string[];
}

interface Prunable {
  /** Unix milliseconds. */
  createdAt: number;
  labels: Readonly<Record<string, string>>;
}

/** The test of a filter. Throws BoxError INVALID_ARGUMENT. */
export function pruneFilter({ until, labels }: PruneFilter, now = Date.now()): (one: Prunable) => boolean {
  const before = until === undefined ? Number.POSITIVE_INFINITY : momentOf(until, now);
  const tests = labels.map(labelTest);
  return (one) => one.createdAt < before && tests.every((test) => test(one.labels));
}

function momentOf(until: string, now: number): number {
  if (!/^\d{4}-/.test(until)) return now - parseDuration(until, 'until');
  const moment = Date.parse(until);
  if (!Number.isNaN(moment)) return moment;
  throw new BoxError('INVALID_ARGUMENT', `until: "${until}" is neither a duration nor a time`, {
    hint: 'write 24h, or 2026-01-31T12:00:00Z',
  });
}

function labelTest(wish: string): (labels: Readonly<Record<string, string>>) => boolean {
  const without = wish.startsWith('!');
  const [key = '', value] = (without ? wish.slice(1) : wish).split(/=(.*)/s, 2);
  return (labels) =>
    without !== (Object.hasOwn(labels, key) && (value === undefined || labels[key] === value));
}
