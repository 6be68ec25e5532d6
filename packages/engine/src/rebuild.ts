import { LinuxSyscalls } from '@boxyard/kernel';
import { type RebuildResult, rebuildDatabase } from './database/rebuild.ts';
import { lockRoot } from './lock.ts';
import { Paths } from './paths.ts';

export interface RebuildOptions {
  root: string;
  run: string;
}

/** `box doctor --rebuild`: restores the database from the container.json files, while no agent uses the root (UNAVAILABLE otherwise). */
export async function rebuild({ root, run }: RebuildOptions): Promise<RebuildResult> {
  const paths = new Paths(root, run);
  paths.prepare();
  using kernel = new LinuxSyscalls();
  using _lock = await lockRoot(kernel, paths);
  return rebuildDatabase(paths);
}
