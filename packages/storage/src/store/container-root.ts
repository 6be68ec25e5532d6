import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readXattrs, writeXattr } from '@boxyard/kernel';
import { isPortableXattr } from '../unpack/xattrs.ts';

/** What `Syscalls.overlay` takes. */
export interface ContainerRoot {
  /** Layers, uppermost first. */
  lowers: string[];
  upper: string;
  work: string;
}

/**
 * Makes `upper` and `work` in a container's directory. The merged root shows the upper directory's own mode, owner and attributes, so
 * they are made those of the image's root.
 */
export async function createContainerRoot(directory: string, lowers: string[]): Promise<ContainerRoot> {
  const top = lowers[0] as string;
  const upper = join(directory, 'upper');
  const work = join(directory, 'work');
  const [root] = await Promise.all([lstat(top), mkdir(upper), mkdir(work, { mode: 0o700 })]);
  for (const [name, value] of readXattrs(Buffer.from(top))) {
    if (isPortableXattr(name)) writeXattr(Buffer.from(upper), name, value);
  }
  await chown(upper, root.uid, root.gid);
  await chmod(upper, root.mode & 0o7777);
  return { lowers, upper, work };
}
