import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Snapshot } from './screen.ts';

/** A snapshot on disk, in the container's run directory: it dies with the container. `snapshot` is base64: it may end mid-character. */
const savedScreen = z.object({
  snapshot: z.base64(),
  offset: z.number().int().min(0),
  rows: z.number().int().min(1).max(10_000),
  columns: z.number().int().min(1).max(10_000),
});

/** Replaces the file as a whole. Throws what the file system says (no space, directory gone). */
export function saveScreen(file: string, { bytes, offset, rows, columns }: Snapshot): void {
  makeDirectory(dirname(file));
  const text = JSON.stringify({ snapshot: Buffer.from(bytes).toString('base64'), offset, rows, columns });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Not recursive: the run directory of a container that was removed must not come back. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The saved screen, or null when there is none or it cannot be read (the program is then asked to redraw). */
export function restoreScreen(file: string): Snapshot | null {
  try {
    const { snapshot, ...rest } = savedScreen.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { bytes: Buffer.from(snapshot, 'base64'), ...rest };
  } catch {
    return null;
  }
}

export function forgetScreen(file: string): void {
  rmSync(file, { force: true });
}
