import { posix } from 'node:path';
import { MOUNTS_MAX } from '@boxyard/api';
import { BoxError, type ContainerMount, volumeMount } from '@boxyard/spec';

const TMPFS_FLAGS = ['ro', 'rw', 'noexec', 'exec', 'nosuid', 'suid', 'nodev', 'dev'];
/** PATH_MAX with its NUL: no target can be longer. */
const PATH_BYTES = 4095;

/**
 * All mounts of a container: those asked for, then those of `--volumes-from`, then volumes where its image asks for them. The first at a
 * target wins, as in Docker; two of one request are refused. Pure; throws INVALID_ARGUMENT.
 */
export function mergeMounts(parts: {
  asked: readonly ContainerMount[];
  inherited: readonly ContainerMount[];
  /** The image's `Volumes`: anybody may have written them. */
  image: readonly string[];
}): ContainerMount[] {
  const byTarget = new Map<string, ContainerMount>();
  for (const mount of parts.asked) {
    const target = cleanTarget(mount.target);
    if (byTarget.has(target)) {
      throw new BoxError('INVALID_ARGUMENT', `${target} is a mount target twice`, { hint: 'leave one away' });
    }
    if (mount.type === 'tmpfs') checkTmpfs(target, mount.options);
    byTarget.set(target, { ...mount, target });
  }
  for (const mount of parts.inherited) {
    if (!byTarget.has(mount.target)) byTarget.set(mount.target, mount);
  }
  for (const path of parts.image) {
    const target = imageTarget(path);
    if (!byTarget.has(target)) byTarget.set(target, volumeMount('', target));
  }
  if (byTarget.size > MOUNTS_MAX) {
    throw new BoxError(
      'INVALID_ARGUMENT',
      `${byTarget.size} mounts, of which the image asks for ${parts.image.length}, are too many`,
      {
        hint: `a box has at most ${MOUNTS_MAX}`,
      },
    );
  }
  return [...byTarget.values()];
}

function cleanTarget(path: string): string {
  const target = posix.join('/', path).replace(/(?<=.)\/+$/, '');
  if (target !== '/') return target;
  throw new BoxError('INVALID_ARGUMENT', 'nothing can be mounted over / of a container', {
    hint: 'choose a directory below it, or use --rootfs for the whole root',
  });
}

function imageTarget(path: string): string {
  const target = posix.join('/', path).replace(/(?<=.)\/+$/, '');
  if (
    path.startsWith('/') &&
    target !== '/' &&
    Buffer.byteLength(path) <= PATH_BYTES &&
    !path.includes('\0')
  ) {
    return target;
  }
  throw new BoxError(
    'INVALID_ARGUMENT',
    `the image asks for a volume at ${JSON.stringify(path.slice(0, 100))}, where none can be`,
    { hint: 'its VOLUME must be an absolute path other than /: have the image mended' },
  );
}

function checkTmpfs(target: string, options: readonly string[]): void {
  const unknown = options.find((option) => !TMPFS_FLAGS.includes(option));
  if (unknown === undefined) return;
  throw new BoxError('INVALID_ARGUMENT', `tmpfs ${target}: unknown option "${unknown}"`, {
    hint: `known are size, mode and ${TMPFS_FLAGS.join(', ')}`,
  });
}

/** What `--volumes-from` takes from a container: its volumes and binds. They are filled by the container that they come from. */
export function inheritedMounts(mounts: readonly ContainerMount[], readonly: boolean): ContainerMount[] {
  return mounts.flatMap((mount): ContainerMount[] => {
    if (mount.type === 'tmpfs') return [];
    const shared = { ...mount, readonly: mount.readonly || readonly };
    return [shared.type === 'volume' ? { ...shared, copy: false } : shared];
  });
}
