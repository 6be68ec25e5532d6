import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isMissing } from './files.ts';
import { isOpaque } from './opaque.ts';

/** What a layer says of a path: `endsHere` when nothing that lower layers have there is seen. */
export type LayerDirectory =
  | { kind: 'directory'; at: Buffer; status: BigIntStats; endsHere: boolean }
  | { kind: 'none'; endsHere: boolean };

/**
 * The directory of a path (latin1 text, '' for the top) in one unpacked layer. Step by step: nothing that is no directory, a link above
 * all, is ever gone through. Layers do not change once they are there.
 */
export async function directoryIn(layer: string, path: string): Promise<LayerDirectory> {
  let at = Buffer.from(layer);
  let status = await statusOf(at);
  let endsHere = false;
  for (const name of path === '' ? [] : path.split('/')) {
    endsHere ||= isOpaque(at);
    at = Buffer.concat([at, Buffer.from('/'), Buffer.from(name, 'latin1')]);
    status = await statusOf(at);
    if (!status) return { kind: 'none', endsHere };
    if (!status.isDirectory()) return { kind: 'none', endsHere: true };
  }
  return status ? { kind: 'directory', at, status, endsHere } : { kind: 'none', endsHere };
}

async function statusOf(path: Buffer): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
