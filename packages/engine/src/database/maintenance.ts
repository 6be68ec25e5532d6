import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Paths } from '../paths.ts';
import type { MaintenanceJob } from './maintenance-worker.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A WAL this long is folded in; a shorter one costs readers nothing. SQLite's own default is 4 MB. */
const WAL_BYTES = 1024 * 1024;
const BACKUPS_KEPT = 3;

/**
 * Looks once a minute whether the WAL grew or the last backup is a day old, and does what is due in a Worker that lives only that long
 * (an idle one would cost megabytes).
 */
export class Maintenance {
  readonly #paths: Paths;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #job: Promise<void> | undefined;

  constructor(paths: Paths, logger: Logger) {
    this.#paths = paths;
    this.#logger = logger;
    this.#timer = setInterval(() => this.#look(), MINUTE_MS).unref();
  }

  #look(): void {
    const backup = this.backupDue(new Date());
    if (backup || sizeOf(`${this.#paths.database}-wal`) > WAL_BYTES) void this.run(backup);
  }

  /** Path of today's backup when the newest is older than a day, and there is something to copy. */
  backupDue(now: Date): string | undefined {
    const newest = this.#backups().at(-1);
    if (newest && now.getTime() - statSync(newest).mtimeMs < DAY_MS) return undefined;
    return join(this.#paths.backups, `daily-${now.toISOString().slice(0, 10)}.sqlite`);
  }

  #backups(): string[] {
    const names = readdirSync(this.#paths.backups).filter((name) => /^daily-.*\.sqlite$/.test(name));
    return names.sort().map((name) => join(this.#paths.backups, name));
  }

  /** Folds the WAL in and, with a path, makes a backup. One at a time; a failure is logged and tried again at the next look. */
  run(backup?: string): Promise<void> {
    this.#job ??= this.#work({ database: this.#paths.database, backup })
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'database maintenance failed'))
      .finally(() => {
        this.#job = undefined;
      });
    return this.#job;
  }

  async #work(job: MaintenanceJob): Promise<void> {
    const worker = new Worker(new URL('./maintenance-worker.ts', import.meta.url), { workerData: job });
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
    if (job.backup) for (const old of this.#backups().slice(0, -BACKUPS_KEPT)) rmSync(old);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#job;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
