import { z } from 'zod';
import { containerReference } from './container.ts';

/** The rings that statistics are kept in: seconds between two samples. 1 s for 10 minutes, 10 s for 2 hours, 1 minute for 24 hours. */
export const STATS_STEPS = [1, 10, 60] as const;
export const statsStep = z.union([z.literal(1), z.literal(10), z.literal(60)]);
export type StatsStep = z.output<typeof statsStep>;

export const statsHistoryInput = z.strictObject({
  container: containerReference,
  step: statsStep.default(1),
});
export const hostHistoryInput = z.strictObject({ step: statsStep.default(1) });
/** `box stats`: names, or nothing for all that run. */
export const statsInput = z.strictObject({ containers: z.array(containerReference).max(10_000).optional() });

/** JSON of a client's frame on the feed (channel 0): whose statistics it looks at. Replaces what was watched before. */
export const feedWatch = z.strictObject({
  /** Figures of the whole host, too. */
  host: z.boolean().default(false),
  /** Full ids of the rows that are visible; `all`: every one that runs. */
  containers: z.union([z.literal('all'), z.array(z.string().max(64)).max(2_000)]).default([]),
});
export type FeedWatch = z.output<typeof feedWatch>;
