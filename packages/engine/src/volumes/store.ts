import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { BoxError } from '@boxyard/spec';
import { writeFileAtomic } from '@boxyard/storage';
import { asc, eq } from 'drizzle-orm';
import { Mutex } from '../containers/mutex.ts';
import { explainSqliteFailure } from '../database/failure.ts';
import type { Database } from '../database/open.ts';
import { type VolumeRow, volumes } from '../database/schema.ts';
import type { Paths } from '../paths.ts';
import { formatVolumeRecord, NEW_VOLUME_MODE } from './volume.ts';

export interface VolumeStoreParts {
  database: Database;
  paths: Paths;
  /** Takes a tree away at once and deletes it later. */
  removeTree(path: string): Promise<void>;
}

/**
 * All volumes in memory, each with a row and a directory. The directory comes before the row and goes before it: a row always has, or had,
 * its files, and files without a row are a making that was cut off or (with volume.json) a volume to be taken up again.
 */
export class VolumeStore {
  /** Held by whoever makes or removes volumes, or decides by which there are. */
  readonly changes = new Mutex();
  readonly #byName = new Map<string, VolumeRow>();
  /** Volumes that a container which is being made will mount, and by how many. */
  readonly #held = new Map<string, number>();
  /** Volumes with the mark `filling`. */
  readonly #unfilled = new Set<string>();
  readonly #filling = new Map<string, Mutex>();
  readonly #parts: VolumeStoreParts;

  constructor(parts: VolumeStoreParts) {
    this.#parts = parts;
    const { database, paths } = parts;
    for (const row of database.orm.select().from(volumes).orderBy(asc(volumes.createdAt)).all()) {
      this.#byName.set(row.name, row);
      if (existsSync(paths.volumeFilling(row.name))) this.#unfilled.add(row.name);
    }
  }

  /** Oldest first. */
  values(): IterableIterator<VolumeRow> {
    return this.#byName.values();
  }
  get size(): number {
    return this.#byName.size;
  }
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** @throws BoxError NOT_FOUND */
  get(name: string): VolumeRow {
    const row = this.#byName.get(name);
    if (row) return row;
    throw new BoxError('NOT_FOUND', `no volume is called "${name}"`, { hint: 'see "box volume ls"' });
  }

  /** Keeps volumes from being removed until disposed of. */
  hold(names: readonly string[]): Disposable {
    for (const name of names) this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        for (const name of names) {
          const left = (this.#held.get(name) ?? 1) - 1;
          if (left === 0) this.#held.delete(name);
          else this.#held.set(name, left);
        }
      },
    };
  }
  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  /** Makes a volume whose name is free, under `changes`. */
  async insert(row: VolumeRow): Promise<void> {
    const { paths, database } = this.#parts;
    const directory = paths.volume(row.name);
    try {
      await mkdir(directory, { mode: 0o700 });
      await this.#makeData(row.name);
      await writeFileAtomic(paths.volumeRecord(row.name), formatVolumeRecord(row));
      this.#write(() => database.orm.insert(volumes).values(row).run());
    } catch (error) {
      // Nothing of somebody else's: a directory that was there before made mkdir fail.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(directory, { recursive: true });
      throw error;
    }
    this.#byName.set(row.name, row);
  }

  /** Puts a volume that has its directory and record into the database. */
  restore(row: VolumeRow): void {
    this.#write(() => this.#parts.database.orm.insert(volumes).values(row).run());
    this.#byName.set(row.name, row);
    if (existsSync(this.#parts.paths.volumeFilling(row.name))) this.#unfilled.add(row.name);
  }

  /** Takes a volume and everything in it away, under `changes`. */
  async remove(name: string): Promise<void> {
    await this.#parts.removeTree(this.#parts.paths.volume(name));
    this.forget(name);
  }

  /** Drops the row of a volume whose files are gone. */
  forget(name: string): void {
    this.#write(() => this.#parts.database.orm.delete(volumes).where(eq(volumes.name, name)).run());
    this.#byName.delete(name);
    this.#unfilled.delete(name);
    this.#filling.delete(name);
  }

  /** Whether nothing is in it. Lists a directory of ours, opens nothing in it. Throws BoxError DAMAGED when the directory is gone. */
  isEmpty(name: string): boolean {
    try {
      return readdirSync(this.#parts.paths.volumeData(name)).length === 0;
    } catch (cause) {
      throw new BoxError('DAMAGED', `the files of volume "${name}" are gone`, {
        hint: `somebody removed them; begin anew: box volume rm ${name}`,
        cause,
      });
    }
  }

  isUnfilled(name: string): boolean {
    return this.#unfilled.has(name);
  }
  /** Remembers, on disk too, that the volume waits for what an image holds. */
  async markUnfilled(name: string): Promise<void> {
    await writeFile(this.#parts.paths.volumeFilling(name), '', { mode: 0o600 });
    this.#unfilled.add(name);
  }
  async markFilled(name: string): Promise<void> {
    await rm(this.#parts.paths.volumeFilling(name), { force: true });
    this.#unfilled.delete(name);
  }
  /** Held by whoever fills a volume. */
  async lockFilling(name: string): Promise<Disposable> {
    const mutex = this.#filling.get(name) ?? new Mutex();
    this.#filling.set(name, mutex);
    return mutex.acquire();
  }

  /** Throws everything in a volume away. Whoever has it mounted keeps the old files. */
  async empty(name: string): Promise<void> {
    await this.#parts.removeTree(this.#parts.paths.volumeData(name));
    await this.#makeData(name);
  }

  async #makeData(name: string): Promise<void> {
    const data = this.#parts.paths.volumeData(name);
    await mkdir(data);
    // mkdir's mode is cut by the umask.
    await chmod(data, NEW_VOLUME_MODE);
  }

  #write(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw explainSqliteFailure(error, this.#parts.database.path);
    }
  }
}
