/** Runs beside the event loop, because both jobs sync the disk: folds the WAL into the database, or copies the database. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

export type MaintenanceJob = { database: string; backup?: string | undefined };

const { database, backup } = workerData as MaintenanceJob;
const sqlite = new Sqlite(database, { timeout: 5000 });
try {
  sqlite.pragma('wal_checkpoint(PASSIVE)');
  if (backup) {
    const staging = `${backup}.part`;
    if (existsSync(staging)) rmSync(staging);
    sqlite.prepare('VACUUM INTO ?').run(staging);
    renameSync(staging, backup);
  }
} finally {
  sqlite.close();
}
parentPort?.postMessage('done');
