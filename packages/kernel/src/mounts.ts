/** The mount calls. Each can sleep (disk, locks of the mount table): they run in the kernel Worker. */
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { KernelError } from './errors.ts';
import { check, libc } from './libc.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MNT_DETACH,
  MOVE_MOUNT_F_EMPTY_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  SYS,
  UMOUNT_NOFOLLOW,
} from './numbers.ts';
import type { MountChange, OverlayRequest } from './syscalls.ts';

const { EINVAL } = constants.errno;

function configure(context: number, key: string, value: string): void {
  check(
    libc.fsconfig(SYS.fsconfig, context, FSCONFIG_SET_STRING, key, value, 0),
    `fsconfig overlay ${key}`,
    value,
  );
}

/** Linux 6.5 takes one lower directory at a time; found out at the first mount. */
let knowsLowerPlus = true;

function addLowers(context: number, lowers: readonly string[]): void {
  if (lowers.length === 0) throw new KernelError({ operation: 'overlay without a lower', errno: EINVAL });
  if (knowsLowerPlus) {
    try {
      for (const lower of lowers) configure(context, 'lowerdir+', lower);
      return;
    } catch (error) {
      if (!(error instanceof KernelError) || error.errno !== EINVAL) throw error;
      knowsLowerPlus = false;
    }
  }
  // Before 6.5 one string with `:` between, which and `\` are escaped (overlayfs.rst).
  configure(context, 'lowerdir', lowers.map((lower) => lower.replaceAll(/[\\:]/g, '\\$&')).join(':'));
}

/** Detached overlay mount; see Syscalls.overlay. */
export function overlay({ lowers, upper, work, options = [] }: OverlayRequest): number {
  const context = check(libc.fsopen(SYS.fsopen, 'overlay', FSOPEN_CLOEXEC), 'fsopen overlay');
  try {
    addLowers(context, lowers);
    if (upper !== undefined) configure(context, 'upperdir', upper);
    if (work !== undefined) configure(context, 'workdir', work);
    for (const option of options) {
      const equals = option.indexOf('=');
      if (equals === -1) {
        const set = libc.fsconfig(SYS.fsconfig, context, FSCONFIG_SET_FLAG, option, null, 0);
        check(set, 'fsconfig overlay', option);
      } else {
        configure(context, option.slice(0, equals), option.slice(equals + 1));
      }
    }
    check(
      libc.fsconfig(SYS.fsconfig, context, FSCONFIG_CMD_CREATE, null, null, 0),
      'mount overlay',
      upper ?? lowers[0],
    );
    return check(libc.threeNumbers(SYS.fsmount, context, FSMOUNT_CLOEXEC, 0), 'fsmount overlay', upper);
  } finally {
    closeSync(context);
  }
}

export function openTree(path: string, options: { clone?: boolean; recursive?: boolean }): number {
  const flags =
    OPEN_TREE_CLOEXEC |
    (options.clone ? OPEN_TREE_CLONE : 0) |
    (options.clone && options.recursive ? AT_RECURSIVE : 0);
  return check(libc.open_tree(SYS.open_tree, AT_FDCWD, path, flags), 'open_tree', path);
}

export function moveMount(mount: number, target: string): void {
  check(
    libc.move_mount(SYS.move_mount, mount, '', AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH),
    'move_mount',
    target,
  );
}

export function unmount(path: string, options: { detach?: boolean }): void {
  check(libc.umount2(path, UMOUNT_NOFOLLOW | (options.detach ? MNT_DETACH : 0)), 'umount2', path);
}

/** struct mount_attr: u64 attr_set, attr_clr, propagation, userns_fd. */
const MOUNT_ATTR_BYTES = 32;

export function mountSetattr(mount: number | string, change: MountChange): void {
  const bytes = Buffer.alloc(MOUNT_ATTR_BYTES);
  bytes.writeBigUInt64LE(BigInt(change.set ?? 0), 0);
  bytes.writeBigUInt64LE(BigInt(change.clear ?? 0), 8);
  bytes.writeBigUInt64LE(BigInt(change.propagation ?? 0), 16);
  const [directory, path] = typeof mount === 'number' ? [mount, ''] : [AT_FDCWD, mount];
  const flags = (typeof mount === 'number' ? AT_EMPTY_PATH : 0) | (change.recursive ? AT_RECURSIVE : 0);
  check(
    libc.mount_setattr(SYS.mount_setattr, directory, path, flags, bytes, bytes.length),
    'mount_setattr',
    typeof mount === 'string' ? mount : `descriptor ${mount}`,
  );
}
