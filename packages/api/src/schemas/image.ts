import { z } from 'zod';
import { containerReference } from './container.ts';

const NAME_MAX = 512;
const SECRET_MAX = 65_536;
const IMAGES_MAX = 1_000;
/** The last second of the year 9999: what RFC 3339 can say. */
const LATEST_SECONDS = 253_402_300_799;
export const imageReference = z.string().min(1).max(NAME_MAX);
export const imageInput = z.strictObject({ image: imageReference });
export const removeImageInput = z.strictObject({ image: imageReference, force: z.boolean().default(false) });
export const tagInput = z.strictObject({ image: imageReference, tag: imageReference });

/** What of a bulk body comes from where: a path of the agent's host (unix socket callers only), or an upload. */
const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path: z.string().regex(/^\/[^\0]*$/) }),
  /** A body sent to /transfer/<ticket> first asks for one here; the upload then runs the import. */
  z.strictObject({ kind: z.literal('upload') }),
]);

/** `box import`: where the archive comes from. */
export const importInput = z.strictObject({
  source,
  /** `name[:tag]`; required for uploads, else from the file's name. */
  name: z.string().max(NAME_MAX).optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  env: z.array(z.string()).optional(),
  workdir: z.string().optional(),
  user: z.string().optional(),
});
export type ImportRequest = z.output<typeof importInput>;

/** What a caller knows for one registry host; for the host of the image alone. */
export const credential = z.union([
  z.strictObject({ username: z.string().max(NAME_MAX), password: z.string().max(SECRET_MAX) }),
  z.strictObject({ identityToken: z.string().max(SECRET_MAX) }),
]);
export type Credential = z.output<typeof credential>;

export const pullInput = z.strictObject({
  /** `name[:tag]` or `name@sha256:…`. */
  image: imageReference,
  platform: z.string().max(NAME_MAX).optional(),
  /** Absent: what the agent itself has for the host. */
  credential: credential.optional(),
});
export type PullRequest = z.output<typeof pullInput>;

export const pushInput = z.strictObject({
  image: imageReference,
  /** Under another name than its own. */
  destination: imageReference.optional(),
  credential: credential.optional(),
  /** Bytes of one piece of an upload; absent: each blob in one. */
  chunkBytes: z.number().int().min(65_536).max(1_073_741_824).optional(),
});
export type PushRequest = z.output<typeof pushInput>;

export const saveInput = z.strictObject({
  images: z.array(imageReference).min(1).max(IMAGES_MAX),
  /** `docker`: what `docker load` of any age takes. `oci`: an image layout in a tar. */
  format: z.enum(['docker', 'oci']).default('docker'),
});
export type SaveRequest = z.output<typeof saveInput>;

export const loadInput = z.strictObject({ source });
export type LoadRequest = z.output<typeof loadInput>;

export const commitInput = z.strictObject({
  container: containerReference,
  /** `name[:tag]`; absent: an image without a name. */
  image: imageReference.optional(),
  author: z.string().max(1_000).default(''),
  message: z.string().max(10_000).default(''),
  /** Dockerfile lines: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR. */
  changes: z.array(z.string().max(65_536)).max(100).default([]),
  /** Freeze a running one meanwhile. */
  pause: z.boolean().default(true),
  /**
   * Seconds since 1970 (reproducible-builds.org, SOURCE_DATE_EPOCH): the image is of that time and no file is younger, so that the same
   * content gives the same digest.
   */
  sourceDateEpoch: z.number().int().min(0).max(LATEST_SECONDS).optional(),
});
export type CommitRequest = z.output<typeof commitInput>;

export const layerFilesInput = z.strictObject({
  image: imageReference,
  diffId: z.string().regex(/^[0-9a-f]{64}$/),
  /** A directory of the layer, `/` for its top. */
  path: z.string().max(4096).default('/'),
});
export type LayerFilesRequest = z.output<typeof layerFilesInput>;

export const pruneImagesInput = z.strictObject({
  /** Also named images that no container uses; else only those without a name. */
  all: z.boolean().default(false),
  /** Older than this: a duration (`24h`) or RFC 3339 time. */
  until: z.string().max(64).optional(),
  /** `KEY` or `KEY=VALUE`, `!` before it: without. */
  labels: z.array(z.string().max(1_000)).max(50).default([]),
  dryRun: z.boolean().default(false),
  /** For the preview of a clean-up that removes these containers first (ids): their images count as unused. */
  assumeRemoved: z.array(z.string().max(64)).max(10_000).default([]),
});
export type PruneImagesRequest = z.output<typeof pruneImagesInput>;

export const verifyInput = z.strictObject({ image: imageReference.optional() });
