import type { EventView } from '@boxyard/api';
import { and, desc, gte, lt, lte, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../database/open.ts';
import { type EventRow, events } from '../database/schema.ts';

/** Kept in the database, about 2 MB. */
const STORED = 10_000;
/** The table is cut once this many were added: not at every insert. */
const CUT_EVERY = 1000;

export interface NewEvent {
  type: EventView['type'];
  action: string;
  id: string;
  name: string;
  attributes?: Record<string, string>;
}

export interface EventRange {
  before?: number | undefined;
  since?: number | undefined;
  until?: number | undefined;
  limit: number;
}

/** What happened, numbered without gaps; the latest survive a restart of the agent. */
export class EventLog {
  readonly #listeners = new Set<(event: EventView) => void>();
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #insert: ReturnType<typeof prepareInsert>;
  #sequence: number;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
    this.#insert = prepareInsert(database);
    this.#sequence = this.page({ limit: 1 })[0]?.sequence ?? 0;
  }

  /** Never throws: an event that cannot be stored is still told to those who listen. */
  add({ type, action, id, name, attributes = {} }: NewEvent): EventView {
    this.#sequence += 1;
    const now = Date.now();
    const event = {
      sequence: this.#sequence,
      time: new Date(now).toISOString(),
      type,
      action,
      id,
      name,
      attributes,
    };
    this.#store({ sequence: this.#sequence, time: now, type, action, target: id, name, attributes });
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  #store(row: EventRow): void {
    try {
      this.#insert.run(row);
      if (row.sequence % CUT_EVERY === 0) {
        this.#database.orm
          .delete(events)
          .where(lte(events.sequence, row.sequence - STORED))
          .run();
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'an event could not be stored');
    }
  }

  /** Stored events, the newest first. `before` is a sequence, `since` and `until` are Unix milliseconds, both included. */
  page(range: EventRange): EventView[] {
    const { before, since, until, limit } = range;
    const rows = this.#database.orm
      .select()
      .from(events)
      .where(
        and(
          before === undefined ? undefined : lt(events.sequence, before),
          since === undefined ? undefined : gte(events.time, since),
          until === undefined ? undefined : lte(events.time, until),
        ),
      )
      .orderBy(desc(events.sequence))
      .limit(limit);
    return rows.all().map(viewOfRow);
  }

  listen(listener: (event: EventView) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

function viewOfRow({ target, time, ...row }: EventRow): EventView {
  return { ...row, id: target, time: new Date(time).toISOString() };
}

function prepareInsert({ orm }: Database) {
  const value = sql.placeholder;
  return orm
    .insert(events)
    .values({
      sequence: value('sequence'),
      time: value('time'),
      type: value('type'),
      action: value('action'),
      target: value('target'),
      name: value('name'),
      attributes: value('attributes'),
    })
    .prepare();
}
