import {
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MS_PRIVATE,
  MS_SHARED,
  MS_SLAVE,
} from '@boxyard/kernel';
import { type BindMount, type KernelMount, op, type PlanOperation, type TmpfsMount } from '@boxyard/spec';

/** The slot of the plan that holds the root file system; binds take the following ones. */
export const ROOT_SLOT = 0;

const PROPAGATION: Record<BindMount['propagation'], number> = {
  private: MS_PRIVATE,
  rprivate: MS_PRIVATE,
  slave: MS_SLAVE,
  rslave: MS_SLAVE,
  shared: MS_SHARED,
  rshared: MS_SHARED,
};

/** Docker's defaults of --tmpfs (rw,noexec,nosuid,nodev), each changed by its option. */
const TMPFS_DEFAULTS = MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
const TMPFS_OPTIONS: Record<string, { set?: number; clear?: number }> = {
  ro: { set: MOUNT_ATTR_RDONLY },
  noexec: { set: MOUNT_ATTR_NOEXEC },
  exec: { clear: MOUNT_ATTR_NOEXEC },
  nosuid: { set: MOUNT_ATTR_NOSUID },
  suid: { clear: MOUNT_ATTR_NOSUID },
  nodev: { set: MOUNT_ATTR_NODEV },
  dev: { clear: MOUNT_ATTR_NODEV },
};

/** Files of the container's directory that are bound over those of the image; a path not given is left as the image has it. */
export interface BoundFiles {
  hosts?: string;
  hostname?: string;
  resolvConf?: string;
  /** The host's zone file for --tz, read-only under the same path. */
  zone?: string;
}

const fileMount = (source: string, target: string, readonly = false): BindMount => ({
  type: 'bind',
  source,
  target,
  readonly,
  recursive: false,
  propagation: 'rprivate',
});

function filesAsMounts(files: BoundFiles): BindMount[] {
  return [
    ...(files.hosts ? [fileMount(files.hosts, '/etc/hosts')] : []),
    ...(files.hostname ? [fileMount(files.hostname, '/etc/hostname')] : []),
    ...(files.resolvConf ? [fileMount(files.resolvConf, '/etc/resolv.conf')] : []),
    ...(files.zone ? [fileMount(files.zone, files.zone, true)] : []),
  ];
}

const depth = (path: string): number => path.split('/').filter(Boolean).length;

/**
 * The user's mounts and our files, in parts: sources are opened before the box's namespaces exist, attached inside, and given to the
 * box's user (`:U`) once that is known. Outer targets come before inner ones; what the user mounts over one of our files replaces it.
 */
export function userMounts(
  mounts: readonly KernelMount[],
  files: BoundFiles,
): { sources: PlanOperation[]; attachments: PlanOperation[]; gifts: PlanOperation[] } {
  const taken = new Set(mounts.map(({ target }) => target));
  const all = [...filesAsMounts(files).filter(({ target }) => !taken.has(target)), ...mounts];
  all.sort((a, b) => depth(a.target) - depth(b.target)); // stable: equal depths stay in the order given
  const sources: PlanOperation[] = [];
  const attachments: PlanOperation[] = [];
  const gifts: PlanOperation[] = [];
  let slot = ROOT_SLOT;
  for (const mount of all) {
    if (mount.type === 'tmpfs') {
      attachments.push(tmpfs(mount));
      continue;
    }
    slot++;
    sources.push(op('slotTree', slot, mount.source, mount.recursive ? 1 : 0));
    attachments.push(attachBind(slot, mount));
    if (!mount.chown) continue;
    // Once more, for itself: the one in the box may be read-only.
    slot++;
    sources.push(op('slotTree', slot, mount.source, 0));
    gifts.push(op('ownSlot', slot));
  }
  return { sources, attachments, gifts };
}

function attachBind(slot: number, mount: BindMount): PlanOperation {
  const set = mount.readonly ? MOUNT_ATTR_RDONLY : 0;
  const propagation = PROPAGATION[mount.propagation];
  return op('mountSlot', slot, mount.target, set, 0, propagation, mount.recursive ? 1 : 0);
}

function tmpfs(mount: TmpfsMount): PlanOperation {
  let attributes = TMPFS_DEFAULTS;
  for (const option of mount.options) {
    const change = TMPFS_OPTIONS[option] ?? {};
    attributes = (attributes | (change.set ?? 0)) & ~(change.clear ?? 0);
  }
  const size = mount.size === undefined ? [] : [`size=${mount.size}`];
  return op('mountFs', mount.target, 'tmpfs', attributes, `mode=${mount.mode.toString(8)}`, ...size);
}
