/** The mount calls. Each can sleep (disk, locks of the mount table): they run in the kernel Worker. */
import { check, libc } from './libc.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  MNT_DETACH,
  MOVE_MOUNT_F_EMPTY_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  SYS,
  UMOUNT_NOFOLLOW,
} from './numbers.ts';
import type { MountChange } from './syscalls.ts';

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
