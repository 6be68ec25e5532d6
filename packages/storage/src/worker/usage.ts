import { lstatSync } from 'node:fs';
import { walkTree } from '../unpack/tree.ts';

/** st_blocks counts blocks of 512 bytes whatever the file system (stat(2)). */
const STATUS_BLOCK_BYTES = 512n;

/** Bytes on disk of a file or tree, files with several names counted once. A path that does not exist has none. */
export function usage(path: string): number {
  const root = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!root?.isDirectory()) return Number((root?.blocks ?? 0n) * STATUS_BLOCK_BYTES);
  const counted = new Set<string>();
  let blocks = 0n;
  // Boxes nest as they like: no limit but what the walk costs, a descriptor a level.
  for (const { status } of walkTree(path, Number.POSITIVE_INFINITY)) {
    if (status.nlink > 1n && !status.isDirectory()) {
      const key = `${status.dev}:${status.ino}`;
      if (counted.has(key)) continue;
      counted.add(key);
    }
    blocks += status.blocks;
  }
  return Number(blocks * STATUS_BLOCK_BYTES);
}
