import { isVolumeName } from '@boxyard/spec';
import { z } from 'zod';

export const volumeName = z
  .string()
  .refine(
    isVolumeName,
    'a name of a volume starts with a letter or digit and holds letters, digits, "_", ".", "-", at most 128',
  );
export const volumeInput = z.strictObject({ volume: volumeName });
export const createVolumeInput = z.strictObject({
  /** Absent: one is made. */
  name: volumeName.optional(),
  labels: z.record(z.string(), z.string()).default({}),
});
export type CreateVolumeRequest = z.output<typeof createVolumeInput>;
export const listVolumesInput = z.strictObject({ sizes: z.boolean().default(false) });
export const removeVolumeInput = z.strictObject({ volume: volumeName, force: z.boolean().default(false) });
export const pruneVolumesInput = z.strictObject({
  /** Named ones too; else only those made for containers. */
  all: z.boolean().default(false),
  labels: z.array(z.string().max(1_000)).max(50).default([]),
  dryRun: z.boolean().default(false),
  /** For the preview of a clean-up that removes these containers first (ids): what they mount counts as unused. */
  assumeRemoved: z.array(z.string().max(64)).max(10_000).default([]),
});
export type PruneVolumesRequest = z.output<typeof pruneVolumesInput>;
