import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';
import { isMissing, makePrivateDirectory, sweepPartialFiles, writeFileAtomic } from './files.ts';

/** Of the whole of $BOXYARD_ROOT. Raised when an older program would damage what a newer one wrote. */
const LAYOUT_VERSION = 1;
/** Long enough that two roots on one host never meet in a name, short enough for interface names. */
const INSTANCE_ID_BYTES = 4;

/** Where things are below $BOXYARD_ROOT. */
export interface StorePaths {
  root: string;
  layout: string;
  index: string;
  blobs: string;
  layers: string;
  /** What is known about each layer: a small document by diff id. */
  layerInfo: string;
  /** Directories of images that none of their layers lists as it shows them, by image id. */
  parents: string;
  /** Blobs and layers being taken in; on the file system of both, so that renames finish them. */
  staging: string;
  /** Trees waiting to be deleted. */
  trash: string;
}

export function storePaths(root: string): StorePaths {
  return {
    root,
    layout: join(root, 'layout.json'),
    index: join(root, 'index.json'),
    blobs: join(root, 'blobs', 'sha256'),
    layers: join(root, 'layers'),
    layerInfo: join(root, 'layer-info'),
    parents: join(root, 'parents'),
    staging: join(root, 'staging'),
    trash: join(root, 'trash'),
  };
}

/**
 * Makes the directories, reads or writes layout.json and sweeps half-written files. Returns the instance id: 8 hex digits, the same for
 * the life of this root.
 */
export async function openLayout(paths: StorePaths): Promise<{ instanceId: string }> {
  const { root, blobs, layers, layerInfo, parents, staging, trash } = paths;
  for (const directory of [root, blobs, layers, layerInfo, parents, staging, trash]) {
    await makePrivateDirectory(directory);
  }
  for (const directory of [root, blobs, layerInfo]) await sweepPartialFiles(directory);
  try {
    return parseLayout(await readFile(paths.layout, 'utf8'), paths.layout);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const instanceId = randomBytes(INSTANCE_ID_BYTES).toString('hex');
  await writeFileAtomic(paths.layout, `${JSON.stringify({ version: LAYOUT_VERSION, instanceId })}\n`);
  return { instanceId };
}

function parseLayout(text: string, path: string): { instanceId: string } {
  let layout: { version?: unknown; instanceId?: unknown };
  try {
    layout = JSON.parse(text);
  } catch (error) {
    throw new BoxError('DAMAGED', `${path} is no JSON`, {
      hint: `write {"version":${LAYOUT_VERSION},"instanceId":"<8 hex digits>"} into it; the id is part of the names of cgroups and bridges`,
      cause: error,
    });
  }
  const { version, instanceId } = layout ?? {};
  if (typeof version === 'number' && version > LAYOUT_VERSION) {
    throw new BoxError('UNSUPPORTED', `${path} was written by a newer Boxyard (layout ${version})`, {
      hint: 'use that version, or another BOXYARD_ROOT',
    });
  }
  if (version !== LAYOUT_VERSION || typeof instanceId !== 'string' || !/^[0-9a-f]{8}$/.test(instanceId)) {
    throw new BoxError('DAMAGED', `${path} holds no layout`, {
      hint: `write {"version":${LAYOUT_VERSION},"instanceId":"<8 hex digits>"} into it`,
    });
  }
  return { instanceId };
}
