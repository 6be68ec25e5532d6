import { z } from 'zod';

/** What was stored, newest last. `since`/`until`: RFC 3339 or unix seconds. */
export const eventsInput = z.strictObject({
  since: z.string().max(64).optional(),
  until: z.string().max(64).optional(),
  /** `key=value` as `box events --filter` takes them: type, event (action), container, image, label. Different keys: and; same key: or. */
  filters: z.array(z.string().max(1024)).max(100).default([]),
  /** Only events older than this sequence: for paging back. */
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(10_000).default(1_000),
});
export type EventsRequest = z.output<typeof eventsInput>;
