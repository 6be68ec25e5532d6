import { PROPAGATIONS } from '@boxyard/spec';
import { z } from 'zod';
import { volumeName } from './volume.ts';

/** Each mount takes a slot of the plan, one that is given to the box's user (`:U`) two, and there are 1024. */
export const MOUNTS_MAX = 500;

/** Docker's rule for names. */
export const containerName = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/,
    'a name starts with a letter or digit and holds letters, digits, "_", ".", "-", at most 128',
  );
/** A name, a full id or a unique prefix of an id. */
export const containerReference = z.string().min(1).max(256);
const id64 = z.string().regex(/^[0-9a-f]{64}$/, 'an id is 64 hexadecimal digits');
const absolutePath = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, 'must be an absolute path');
const noNul = z.string().regex(/^[^\0]*$/, 'holds a NUL byte');
const environmentEntry = noNul.max(131_072).regex(/^[^=\0]+=/, 'must be KEY=VALUE');

export const mountInput = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('bind'),
    source: absolutePath,
    target: absolutePath,
    readonly: z.boolean().default(false),
    recursive: z.boolean().default(true),
    propagation: z.enum(PROPAGATIONS).default('rprivate'),
    chown: z.boolean().default(false),
  }),
  z.strictObject({
    type: z.literal('volume'),
    /** '' asks for one of its own. */
    name: z.union([z.literal(''), volumeName]).default(''),
    target: absolutePath,
    readonly: z.boolean().default(false),
    copy: z.boolean().default(true),
    chown: z.boolean().default(false),
    labels: z.record(z.string().max(256), z.string().max(65_536)).default({}),
  }),
  z.strictObject({
    type: z.literal('tmpfs'),
    target: absolutePath,
    size: z.number().int().positive().optional(),
    mode: z.number().int().min(0).max(0o7777).default(0o1777),
    options: z.array(z.string()).default([]),
  }),
]);

export const ulimitInput = z.strictObject({
  name: z.string(),
  soft: z.number().int().min(-1),
  hard: z.number().int().min(-1),
});

/** What `run` and `create` ask for. Everything left out comes from the image, then from the defaults of packages/spec. */
export const createInput = z.strictObject({
  /** Chosen by the client so that a repeated call is harmless: the same id gives the same container. */
  id: id64.optional(),
  name: containerName.optional(),
  /** An image reference or id, or a host directory: exactly one. */
  image: z.string().min(1).max(512).optional(),
  rootfs: absolutePath.optional(),
  command: z.array(noNul).max(4096).optional(),
  /** [] clears the image's. */
  entrypoint: z.array(noNul).max(64).optional(),
  env: z.array(environmentEntry).max(4096).default([]),
  workdir: absolutePath.optional(),
  user: z.string().max(256).optional(),
  hostname: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,62}[a-zA-Z0-9])?$/, 'must be a host name of at most 64 characters')
    .optional(),
  tty: z.boolean().default(false),
  openStdin: z.boolean().default(false),
  mounts: z.array(mountInput).max(MOUNTS_MAX).default([]),
  /** Containers whose mounts (volumes and binds) it gets too. */
  volumesFrom: z
    .array(z.strictObject({ container: containerReference, readonly: z.boolean().default(false) }))
    .max(64)
    .default([]),
  readonlyRoot: z.boolean().default(false),
  network: z.enum(['none', 'host']).default('none'),
  capAdd: z.array(z.string()).default([]),
  capDrop: z.array(z.string()).default([]),
  noNewPrivileges: z.boolean().default(false),
  ulimits: z.array(ulimitInput).default([]),
  /** Bytes. */
  shmSize: z.number().int().positive().optional(),
  stopSignal: z.string().optional(),
  /** Seconds; 0 kills at once. */
  stopTimeout: z.number().int().min(0).max(86_400).optional(),
  umask: z.number().int().min(0).max(0o777).optional(),
  timezone: z
    .string()
    .regex(
      /^(local|[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*)$/,
      'must be a zone name like Europe/Berlin, or "local"',
    )
    .optional(),
  labels: z.record(z.string().min(1).max(256), z.string().max(65_536)).default({}),
  log: z
    .strictObject({
      maxSize: z.number().int().min(4096).optional(),
      maxFile: z.number().int().min(1).max(1000).optional(),
    })
    .default({}),
  autoRemove: z.boolean().default(false),
});
export type CreateInput = z.input<typeof createInput>;
export type CreateRequest = z.output<typeof createInput>;

export const containerFilter = z.strictObject({
  all: z.boolean().default(false),
  /** `key=value` pairs as `box ps --filter` takes them: name, id, label, status, ancestor, exited. Different keys: and; same key: or. */
  filters: z.array(z.string()).default([]),
});

export const stopInput = z.strictObject({
  container: containerReference,
  timeout: z.number().int().min(0).max(86_400).optional(),
});
export const killInput = z.strictObject({
  container: containerReference,
  signal: z.string().default('SIGKILL'),
});
export const removeInput = z.strictObject({
  container: containerReference,
  force: z.boolean().default(false),
  /** Volumes made for it alone go too. */
  volumes: z.boolean().default(false),
});
export const renameInput = z.strictObject({ container: containerReference, name: containerName });
export const containerInput = z.strictObject({ container: containerReference });

export const execInput = z.strictObject({
  container: containerReference,
  /** Chosen by the client: repeating the call after a lost connection starts nothing twice. */
  id: id64,
  /** To come back by (`box attach NAME`); unique among the sessions that run. Left out: one is made for terminals. */
  name: containerName.optional(),
  command: z.array(noNul).min(1).max(4096),
  env: z.array(environmentEntry).max(4096).default([]),
  user: z.string().max(256).optional(),
  workdir: absolutePath.optional(),
  tty: z.boolean().default(false),
  openStdin: z.boolean().default(false),
  /** Nobody will attach: output is thrown away. */
  detach: z.boolean().default(false),
  privileged: z.boolean().default(false),
  rows: z.number().int().min(1).max(10_000).optional(),
  columns: z.number().int().min(1).max(10_000).optional(),
});
export type ExecRequest = z.output<typeof execInput>;

export const startInput = z.strictObject({
  container: containerReference,
  rows: z.number().int().min(1).max(10_000).optional(),
  columns: z.number().int().min(1).max(10_000).optional(),
});
