/** /proc/<pid>/mountinfo (proc_pid_mountinfo(5)) as data and back. */
export interface MountInfo {
  id: number;
  parent: number;
  /** `major:minor` of the file system. */
  device: string;
  /** Directory of the file system that is mounted. */
  root: string;
  /** Where, seen from the process's root. */
  mountPoint: string;
  /** Of this mount: `rw`, `nosuid`… */
  options: string[];
  /** `shared:1`, `master:2`, `propagate_from:3`, `unbindable`. */
  propagation: string[];
  type: string;
  source: string;
  /** Of the file system. */
  superOptions: string[];
}

/** Fields escape space, tab, newline and backslash as three octal digits. */
const unescapeField = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
const escapeField = (text: string): string =>
  text.replaceAll(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Every mount of the file's text, in its order. Lines that are no mount are left out. */
export function parseMountInfo(text: string): MountInfo[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): MountInfo | undefined {
  const fields = line.split(' ');
  const dash = fields.indexOf('-', 6);
  const [id, parent, device, root, mountPoint, options] = fields;
  // The source may be empty (a mount made with an empty name): then its field is.
  const [type, source = '', superOptions = ''] = fields.slice(dash + 1);
  if (dash === -1 || !id || !parent || !device || !root || !mountPoint || !options || !type) return undefined;
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescapeField(root),
    mountPoint: unescapeField(mountPoint),
    options: options.split(','),
    propagation: fields.slice(6, dash),
    type: unescapeField(type),
    source: unescapeField(source),
    superOptions: superOptions.split(','),
  };
}

/** The text that `parseMountInfo` reads. */
export function formatMountInfo(mounts: readonly MountInfo[]): string {
  return mounts
    .map((mount) =>
      [
        mount.id,
        mount.parent,
        mount.device,
        escapeField(mount.root),
        escapeField(mount.mountPoint),
        mount.options.join(','),
        ...mount.propagation,
        '-',
        escapeField(mount.type),
        escapeField(mount.source),
        mount.superOptions.join(','),
      ].join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * The mount that a path without symbolic links leads to, as the kernel walks it: from the root mount along the path, at each
 * directory on to what is mounted there. A mount hidden by another one over it or over a parent directory is never the answer.
 */
export function mountAt(mounts: readonly MountInfo[], path: string): MountInfo | undefined {
  const ids = new Set(mounts.map(({ id }) => id));
  let current = mounts.find(({ mountPoint, parent }) => mountPoint === '/' && !ids.has(parent));
  const parts = path.split('/').filter(Boolean);
  for (let length = 0; current && length <= parts.length; length++) {
    const place = `/${parts.slice(0, length).join('/')}`;
    for (;;) {
      const over: MountInfo | undefined = mounts.find(
        ({ id, parent, mountPoint }) => parent === current?.id && mountPoint === place && id !== parent,
      );
      if (!over) break;
      current = over;
    }
  }
  return current;
}

/**
 * Where a cgroup2 file system can be reached: `/sys/fs/cgroup` on unified hosts, `/sys/fs/cgroup/unified` on hybrid ones. A mount of the
 * whole hierarchy comes before one of a part of it.
 */
export function findCgroup2(mounts: readonly MountInfo[]): string | undefined {
  const visible = mounts.filter(
    (mount) => mount.type === 'cgroup2' && mountAt(mounts, mount.mountPoint) === mount,
  );
  return (visible.find(({ root }) => root === '/') ?? visible[0])?.mountPoint;
}
