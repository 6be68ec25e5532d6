import type { AuditService, AuditView } from '@boxyard/api';
import { desc, lt, lte, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../database/open.ts';
import { type AuditRow, audit } from '../database/schema.ts';

/** Kept in the database, about 1 MB. */
const STORED = 10_000;
/** The table is cut once this many were added: not at every insert. */
const CUT_EVERY = 1_000;

/** Who asked for which change, newest kept. An entry that cannot be stored is logged: the change it tells of goes on. */
export function auditService(database: Database, logger: Logger): AuditService {
  const insert = prepareInsert(database);
  let sequence = newestSequence(database);
  const cut = () =>
    database.orm
      .delete(audit)
      .where(lte(audit.sequence, sequence - STORED))
      .run();
  return {
    add(entry) {
      sequence += 1;
      try {
        insert.run({ ...entry, sequence, time: Date.now() });
        if (sequence % CUT_EVERY === 0) cut();
      } catch (error) {
        logger.warn({ err: error, ...entry }, 'an audit entry could not be stored');
      }
    },
    async list({ before, limit }) {
      const rows = database.orm
        .select()
        .from(audit)
        .where(before === undefined ? undefined : lt(audit.sequence, before))
        .orderBy(desc(audit.sequence))
        .limit(limit)
        .all();
      return rows.map(viewOfRow);
    },
  };
}

function viewOfRow({ time, ...row }: AuditRow): AuditView {
  return { ...row, time: new Date(time).toISOString() };
}

function newestSequence({ orm }: Database): number {
  const [newest] = orm.select().from(audit).orderBy(desc(audit.sequence)).limit(1).all();
  return newest?.sequence ?? 0;
}

function prepareInsert({ orm }: Database) {
  const value = sql.placeholder;
  return orm
    .insert(audit)
    .values({
      sequence: value('sequence'),
      time: value('time'),
      who: value('who'),
      procedure: value('procedure'),
      subject: value('subject'),
      error: value('error'),
    })
    .prepare();
}
