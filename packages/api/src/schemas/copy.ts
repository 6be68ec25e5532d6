import { z } from 'zod';
import { containerReference } from './container.ts';

const path = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/);

/** `box cp NAME:PATH -`: a tar of the path, named after its last part. */
export const copyFromInput = z.strictObject({
  container: containerReference,
  path,
  /** Of a symbolic link at the end, what it points to. */
  followLink: z.boolean().default(false),
});
export type CopyFromRequest = z.output<typeof copyFromInput>;

/** `box cp - NAME:PATH`: a tar is unpacked into the directory. */
export const copyToInput = z.strictObject({
  container: containerReference,
  path,
  /** Keep owners of the archive (`-a`); else everything belongs to root. */
  archive: z.boolean().default(false),
  /** A directory never takes the place of something else, nor the other way round. */
  noOverwriteDirNonDir: z.boolean().default(true),
});
export type CopyToRequest = z.output<typeof copyToInput>;

export const statPathInput = z.strictObject({ container: containerReference, path });
export const pruneContainersInput = z.strictObject({
  until: z.string().max(64).optional(),
  labels: z.array(z.string().max(1_000)).max(50).default([]),
  dryRun: z.boolean().default(false),
});
export type PruneContainersRequest = z.output<typeof pruneContainersInput>;

/** What a path in a container is, links not followed at its end. */
export interface PathStat {
  name: string;
  kind: 'file' | 'directory' | 'symlink' | 'other';
  bytes: number;
  mode: number;
  modifiedAt: string;
  /** Of a symbolic link: where it leads, resolved in the container; null when that is missing. */
  target: string | null;
  targetKind: 'file' | 'directory' | 'other' | null;
}
