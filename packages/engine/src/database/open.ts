import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import Sqlite from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import type { Paths } from '../paths.ts';
import { damaged, explainSqliteFailure } from './failure.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** How long a statement waits for another program's lock. It blocks the event loop: short, and an error after it. */
const BUSY_MS = 15;
/** At start nobody waits for us: an old agent's last checkpoint may still be going on. */
const BUSY_AT_OPEN_MS = 2000;

export interface Database {
  /** Query builder over the tables of schema.ts. */
  readonly orm: BetterSQLite3Database;
  readonly sqlite: Sqlite.Database;
  readonly path: string;
  [Symbol.dispose](): void;
}

export type Migrations = typeof MIGRATIONS;

/**
 * Opens $BOXYARD_ROOT/db.sqlite, brought to the newest schema (a backup is made before each migration). Errors: UNAVAILABLE (locked),
 * DAMAGED (restored by `rebuildDatabase`), UNSUPPORTED (written by a newer Boxyard).
 */
export function openDatabase(paths: Paths, migrations: Migrations = MIGRATIONS): Database {
  const path = paths.database;
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(path, { timeout: BUSY_AT_OPEN_MS });
    chmodSync(path, 0o600);
    sqlite.pragma('journal_mode = WAL');
    // NORMAL: a power cut may lose the last transactions, never the file's integrity. Processes and their ends are found again anyway.
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma('foreign_keys = ON');
    // Checkpoints sync the disk: they run in a Worker (maintenance.ts), never inside a commit on the event loop.
    sqlite.pragma('wal_autocheckpoint = 0');
    const check = sqlite.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw damaged(path, String(check));
    migrate(sqlite, { paths, migrations });
    sqlite.pragma(`busy_timeout = ${BUSY_MS}`);
  } catch (error) {
    sqlite?.close();
    throw explainSqliteFailure(error, path);
  }
  const opened = sqlite;
  return {
    orm: drizzle(opened),
    sqlite: opened,
    path,
    [Symbol.dispose]() {
      opened.close();
    },
  };
}

function migrate(sqlite: Sqlite.Database, { paths, migrations }: { paths: Paths; migrations: Migrations }) {
  const version = Number(sqlite.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    throw new BoxError(
      'UNSUPPORTED',
      `the database ${paths.database} was written by a newer Boxyard (schema ${version}, this one knows ${migrations.length})`,
      { hint: 'run the newer version again, or give this one a BOXYARD_ROOT of its own' },
    );
  }
  for (const [index, migration] of migrations.slice(version).entries()) {
    const next = version + index + 1;
    if (version > 0) backupBefore(sqlite, join(paths.backups, `before-${migration.name}.sqlite`));
    sqlite.transaction(() => {
      sqlite.exec(migration.sql);
      sqlite.pragma(`user_version = ${next}`);
    })();
  }
}

/** VACUUM INTO refuses an existing target: one of an attempt that was cut off is worth nothing. */
function backupBefore(sqlite: Sqlite.Database, target: string) {
  if (existsSync(target)) rmSync(target);
  sqlite.prepare('VACUUM INTO ?').run(target);
}
