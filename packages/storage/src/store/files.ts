import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Names of files being written: swept when the store is opened. */
const PARTIAL = /^\..+\.partial$/;

/**
 * Writes a file so that it is there whole or not at all, whenever the power fails: temporary file beside it, fsync, rename, fsync of the
 * directory. `durable: false`: whenever the program is killed, and the disk has it at some time.
 */
export async function writeFileAtomic(
  path: string,
  bytes: string | Uint8Array,
  { durable = true }: { durable?: boolean } = {},
): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  try {
    const handle = await open(partial, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  if (durable) await syncDirectory(dirname(path));
}

/** Makes names in a directory last: a rename is on disk once its directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what interrupted writes left in a directory. */
export async function sweepPartialFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (PARTIAL.test(name)) await rm(join(directory, name), { force: true });
  }
}

/** A directory only its owner may enter; made with its parents when missing. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
