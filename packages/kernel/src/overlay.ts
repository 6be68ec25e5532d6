/** Overlay mounts, by the kernel's newer calls where it has them. They can sleep: they run in the kernel Worker. */
import { closeSync, constants as files, mkdtempSync, openSync, rmdirSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KernelError } from './errors.ts';
import { check, libc } from './libc.ts';
import { mountSetattr, openTree, unmount } from './mounts.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MS_PRIVATE,
  SYS,
} from './numbers.ts';
import type { OverlayRequest } from './syscalls.ts';

const { E2BIG, EINVAL } = constants.errno;
/** The options of mount(2) are one page, with the NUL at their end. */
const OPTIONS_BYTES = 4096;
/** O_PATH of x86-64 and arm64 (open(2)), which Node does not name. */
const O_PATH = 0o10000000;

/** Linux 6.5 takes one lower directory at a time; found out at the first mount. */
let knowsLowerPlus = true;

/** Detached overlay mount; see Syscalls.overlay. */
export function overlay(request: OverlayRequest): number {
  if (request.lowers.length === 0) {
    throw new KernelError({ operation: 'overlay without a lower', errno: EINVAL });
  }
  if (!knowsLowerPlus) return overlayInOneString(request);
  const context = check(libc.fsopen(SYS.fsopen, 'overlay', FSOPEN_CLOEXEC), 'fsopen overlay');
  try {
    try {
      for (const lower of request.lowers) configure(context, 'lowerdir+', lower);
    } catch (error) {
      if (!(error instanceof KernelError) || error.errno !== EINVAL) throw error;
      knowsLowerPlus = false;
      return overlayInOneString(request);
    }
    return create(context, request);
  } finally {
    closeSync(context);
  }
}

function create(context: number, { lowers, upper, work, options = [] }: OverlayRequest): number {
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
}

function configure(context: number, key: string, value: string): void {
  check(
    libc.fsconfig(SYS.fsconfig, context, FSCONFIG_SET_STRING, key, value, 0),
    `fsconfig overlay ${key}`,
    value,
  );
}

/**
 * For Linux before 6.5: fsconfig(2) takes values of 255 bytes, which two layers fill, so this is mount(2) on a directory that is there
 * for a moment, whose mount is then taken along. Descriptors stand for the layers: a page of options holds two hundred of them.
 */
export function overlayInOneString({ lowers, upper, work, options = [] }: OverlayRequest): number {
  using open = new Descriptors();
  const directories = lowers.map((lower) => open.path(lower)).join(':');
  const upperDirectory = upper === undefined ? [] : [`upperdir=${open.path(upper)}`];
  const workDirectory = work === undefined ? [] : [`workdir=${open.path(work)}`];
  const all = [`lowerdir=${directories}`, ...upperDirectory, ...workDirectory, ...options].join(',');
  if (all.length >= OPTIONS_BYTES) {
    throw new KernelError({ operation: `mount overlay of ${lowers.length} layers`, errno: E2BIG });
  }
  const place = mkdtempSync(join(upper === undefined ? tmpdir() : dirname(upper), '.mount-'));
  try {
    check(libc.mount('overlay', place, 'overlay', 0, all), 'mount overlay', upper ?? lowers[0]);
    try {
      const mount = openTree(place, { clone: true });
      mountSetattr(mount, { propagation: MS_PRIVATE });
      return mount;
    } finally {
      unmount(place, { detach: true });
    }
  } finally {
    rmdirSync(place);
  }
}

/** Directories by descriptor, closed together: a mount holds what it needs of them itself. */
class Descriptors {
  readonly #open: number[] = [];

  /** A short path that leads to the directory as long as this is not disposed of. */
  path(directory: string): string {
    const fd = openSync(directory, files.O_DIRECTORY | O_PATH);
    this.#open.push(fd);
    return `/proc/self/fd/${fd}`;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open) closeSync(fd);
  }
}
