import { closeSync, openSync } from 'node:fs';
import { syncFileSystem } from '@boxyard/kernel';

/** Returns when everything on the file system of a directory is on disk (syncfs(2)). */
export function flush(path: string): void {
  const fd = openSync(path, 'r');
  try {
    syncFileSystem(fd);
  } finally {
    closeSync(fd);
  }
}
