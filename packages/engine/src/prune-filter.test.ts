import { describe, expect, it } from 'vitest';
import { pruneFilter } from './prune-filter.ts';

const NOW = Date.UTC(2026, 0, 10);
const HOUR = 3_600_000;
const one = { createdAt: NOW - 2 * HOUR, labels: { env: 'test', keep: '' } };

describe('what a clean-up is limited to', () => {
  it.each<[string, { until?: string; labels?: string[] }, boolean]>([
    ['nothing', {}, true],
    ['older than an hour', { until: '1h' }, true],
    ['older than three hours', { until: '3h' }, false],
    ['before a time', { until: '2026-01-09T23:00:00Z' }, true],
    ['before an earlier time', { until: '2026-01-09T21:00:00Z' }, false],
    ['a label', { labels: ['env'] }, true],
    ['a label with a value', { labels: ['env=test'] }, true],
    ['another value', { labels: ['env=live'] }, false],
    ['one label of two', { labels: ['env', 'other'] }, false],
    ['without a label that it has', { labels: ['!keep'] }, false],
    ['without a value that it does not have', { labels: ['!env=live'] }, true],
  ])('by %s', (_, filter, kept) => {
    expect(pruneFilter({ labels: [], ...filter }, NOW)(one)).toBe(kept);
  });

  it.each(['soon', '2026-13-99'])('until %s is no time', (until) => {
    expect(() => pruneFilter({ until, labels: [] }, NOW)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
