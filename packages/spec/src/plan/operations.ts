/**
 * The one table of plan operations: TypeScript compiles what is wanted into a list of these, `boxshim` walks the list and makes the
 * system calls. `native/src/plan_ops.h` is generated from this table (`npm run gen:plan`) and a test fails when the two differ.
 *
 * Argument types: `str` bytes without NUL; `bytes` anything; `u32`, `i32`, `u64` little endian, exactly 4, 4, 8 bytes.
 * A trailing `...str` takes any number (0 to 4096) of strings. File descriptors are `u32` numbers in the helper's own table.
 */
export const PLAN_MAGIC = 'BXPL';
export const PLAN_VERSION = 1;
/** Largest plan of the modes that read it whole (run, exec). The unpack mode streams and has no total limit. */
export const PLAN_MAX_BYTES = 4 * 1024 * 1024;
/** Largest single argument. */
export const PLAN_MAX_ARG_BYTES = 1024 * 1024;
export const PLAN_MAX_ARGS = 4100;

export type ArgType = 'str' | 'bytes' | 'u32' | 'i32' | 'u64' | '...str';
export interface OperationShape {
  readonly code: number;
  /** Where it may stand: `shim` before anything, `host` in the caller's namespaces, `box` in the cloned child, `tree` in modes unpack and write, `walk` in modes read and write. */
  readonly stage: 'shim' | 'host' | 'box' | 'tree' | 'walk' | 'end';
  readonly args: readonly (readonly [name: string, type: ArgType])[];
}

const op = (
  code: number,
  stage: OperationShape['stage'],
  args: OperationShape['args'] = [],
): OperationShape => ({ code, stage, args });

/* biome-ignore format: one operation a line reads as the table it is */
export const OPERATIONS = {
  /** Last operation of every plan: a plan without it is truncated and refused. */
  end: op(0x0000, 'end'),

  // ---- shim: how the supervisor itself is set up (mode `run` only) ----
  /** The container's id (64 hex), the descriptor of its run directory (0700), the host's boot id. */
  supervise: op(0x0101, 'shim', [['id', 'str'], ['runDirectory', 'u32'], ['bootId', 'str']]),
  /** CRI log: directory descriptor, bytes per segment, segments kept, sequence number and content offset of the first new segment. */
  log: op(0x0102, 'shim', [['directory', 'u32'], ['segmentBytes', 'u64'], ['segmentCount', 'u32'], ['sequence', 'u64'], ['offset', 'u64']]),
  /** Standard streams of the init session. flags: SESSION_TTY | SESSION_STDIN. ringBytes: power of two. */
  session: op(0x0103, 'shim', [['flags', 'u32'], ['rows', 'u32'], ['columns', 'u32'], ['ringBytes', 'u32']]),
  /** The cgroup directory the supervisor is born in (CLONE_INTO_CGROUP). */
  shimCgroup: op(0x0104, 'shim', [['directory', 'u32']]),

  // ---- host: before the clone, still in the caller's namespaces ----
  /** slot := an inherited descriptor (a detached mount made by the agent). */
  slotFd: op(0x0201, 'host', [['slot', 'u32'], ['fd', 'u32']]),
  /** slot := open_tree(path, OPEN_TREE_CLONE [| AT_RECURSIVE when recursive=1]); the source of a bind mount. */
  slotTree: op(0x0202, 'host', [['slot', 'u32'], ['path', 'str'], ['recursive', 'u32']]),
  /** setns(fd, mask): fd is a pidfd or a namespace descriptor; PR_SET_DUMPABLE 0 comes first. */
  join: op(0x0203, 'host', [['fd', 'u32'], ['mask', 'u64']]),
  /** clone3: CLONE_NEW* mask, cgroup directory descriptor (0xffffffff: none), sibling=1: CLONE_PARENT. Everything after it is `box`. */
  clone: op(0x0204, 'host', [['mask', 'u64'], ['cgroup', 'u32'], ['sibling', 'u32']]),

  // ---- box: in the child; paths are resolved inside the root descriptor (openat2 RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS) ----
  /** The mount in `slot` becomes the future root; everything below acts under its descriptor. Makes `/` private (recursively) first. */
  root: op(0x0301, 'box', [['slot', 'u32']]),
  /** fsopen(type) + fsconfig(key=value…; value '' is a flag) + fsmount(attributes MOUNT_ATTR_*), attached at target (made 0755 if missing). */
  mountFs: op(0x0302, 'box', [['target', 'str'], ['type', 'str'], ['attributes', 'u64'], ['options', '...str']]),
  /** The mount in `slot` attached at target (made as directory or empty file like its source if missing); mount_setattr set/clear; propagation MS_PRIVATE… */
  mountSlot: op(0x0303, 'box', [['slot', 'u32'], ['target', 'str'], ['set', 'u64'], ['clear', 'u64'], ['propagation', 'u64'], ['recursive', 'u32']]),
  mkdir: op(0x0304, 'box', [['path', 'str'], ['mode', 'u32'], ['uid', 'u32'], ['gid', 'u32']]),
  symlink: op(0x0305, 'box', [['target', 'str'], ['path', 'str']]),
  /** mode holds the type bits (S_IFCHR…); major and minor as numbers. Exact mode whatever the umask. */
  mknod: op(0x0306, 'box', [['path', 'str'], ['mode', 'u32'], ['major', 'u32'], ['minor', 'u32'], ['uid', 'u32'], ['gid', 'u32']]),
  /** File: bind of a checked host /dev/null (1:3); directory: empty read-only tmpfs; missing: nothing. */
  mask: op(0x0307, 'box', [['path', 'str']]),
  /** Bind of the path on itself, read-only; missing: nothing. */
  readonly: op(0x0308, 'box', [['path', 'str']]),
  /** mount_setattr(MOUNT_ATTR_RDONLY) on the root mount alone (after the pivot). */
  rootReadonly: op(0x0309, 'box'),
  /** pivot_root(".", ".") into the root, detach the old one, chdir("/"). */
  pivot: op(0x030a, 'box'),
  hostname: op(0x030b, 'box', [['name', 'str']]),
  /** key in /proc/sys with dots, written through a procfs of our own. */
  sysctl: op(0x030c, 'box', [['key', 'str'], ['value', 'str']]),
  /** Messages for a NETLINK_ROUTE socket in the current network namespace; each must be acknowledged without an error. */
  netlink: op(0x030d, 'box', [['messages', 'bytes']]),
  rlimit: op(0x030e, 'box', [['resource', 'u32'], ['soft', 'u64'], ['hard', 'u64']]),
  oomScore: op(0x030f, 'box', [['value', 'i32']]),
  /** New anonymous session keyring. */
  keyring: op(0x0310, 'box'),
  /** 0: restore SIGPIPE and every other disposition to default, empty signal mask. */
  signals: op(0x0311, 'box'),
  umask: op(0x0312, 'box', [['mode', 'u32']]),
  /** The user's terminal: /dev/ptmx of the box's own devpts, slave by TIOCGPTPEER, setsid, TIOCSCTTY, bound over /dev/console; master goes to the supervisor. */
  console: op(0x0313, 'box', [['rows', 'u32'], ['columns', 'u32']]),
  /** setsid for a session without a terminal. */
  setsid: op(0x0314, 'box'),
  /** `user[:group]` as an image or `-u` gives it, resolved in the box's /etc/passwd and /etc/group (regular files, ≤ 1 MiB); remembers uid, gid, groups, home. */
  resolveUser: op(0x0315, 'box', [['spec', 'str'], ['additionalGroups', '...str']]),
  /** The bounding set is cut down to this. */
  capBounding: op(0x0316, 'box', [['bounding', 'u64']]),
  /** setgroups, setresgid, setresuid to what resolveUser found (PR_SET_KEEPCAPS around it). */
  become: op(0x0317, 'box'),
  /** capset + ambient; for a user that is not 0 effective and permitted become empty unless `ambient` holds them (Docker's rule). */
  capabilities: op(0x0318, 'box', [['effective', 'u64'], ['permitted', 'u64'], ['inheritable', 'u64'], ['ambient', 'u64']]),
  noNewPrivileges: op(0x0319, 'box'),
  /** A classic BPF program (struct sock_filter[]). */
  seccomp: op(0x031a, 'box', [['flags', 'u32'], ['program', 'bytes']]),
  /** The environment, replacing all of it; KEY=VALUE each. home=1: HOME of the resolved user is added when no HOME is given. */
  environment: op(0x031b, 'box', [['home', 'u32'], ['variables', '...str']]),
  /** chdir, then getcwd must start with `/`; create=1: made 0755 with its parents when missing (before `become` runs as root). */
  workdir: op(0x031c, 'box', [['path', 'str'], ['create', 'u32']]),
  /** argv; argv[0] searched in the box's PATH when it has no slash. Closes every other descriptor. ENOENT → 127, else 126. */
  exec: op(0x031d, 'box', [['arguments', '...str']]),

  /** slot := the descriptor that arrives (SCM_RIGHTS) on a socket the child inherited: waits for a mount that is still being made. */
  slotReceive: op(0x031e, 'box', [['slot', 'u32'], ['socket', 'u32']]),

  /** Everything in the mount in `slot`, which is attached nowhere, is given to whom resolveUser found; never through a link or into another mount. */
  ownSlot: op(0x031f, 'box', [['slot', 'u32']]),

  // ---- tree: mode `unpack`, streamed, after pivoting into the target directory (descriptor 5) ----
  treeDirectory: op(0x0401, 'tree', [['path', 'str'], ['mode', 'u32'], ['uid', 'u32'], ['gid', 'u32'], ['mtimeSeconds', 'u64'], ['mtimeNanoseconds', 'u32']]),
  /** Opens a file for the treeData that follow; replaced if it exists (never followed if a link). */
  treeFile: op(0x0402, 'tree', [['path', 'str'], ['mode', 'u32'], ['uid', 'u32'], ['gid', 'u32'], ['mtimeSeconds', 'u64'], ['mtimeNanoseconds', 'u32'], ['size', 'u64']]),
  /** Bytes at `offset` of the open file (holes stay holes). */
  treeData: op(0x0403, 'tree', [['offset', 'u64'], ['bytes', 'bytes']]),
  treeSymlink: op(0x0404, 'tree', [['path', 'str'], ['target', 'str'], ['uid', 'u32'], ['gid', 'u32'], ['mtimeSeconds', 'u64'], ['mtimeNanoseconds', 'u32']]),
  /** Hard link to a path of this same tree; a missing target is an error that names both. */
  treeLink: op(0x0405, 'tree', [['path', 'str'], ['target', 'str']]),
  treeNode: op(0x0406, 'tree', [['path', 'str'], ['mode', 'u32'], ['major', 'u32'], ['minor', 'u32'], ['uid', 'u32'], ['gid', 'u32'], ['mtimeSeconds', 'u64'], ['mtimeNanoseconds', 'u32']]),
  /** Extended attribute of the last made entry. */
  treeXattr: op(0x0407, 'tree', [['name', 'str'], ['value', 'bytes']]),
  /** Overlay whiteout (character device 0:0) and opaque directory (trusted.overlay.opaque=y). */
  treeWhiteout: op(0x0408, 'tree', [['path', 'str']]),
  treeOpaque: op(0x0409, 'tree', [['path', 'str']]),

  // ---- walk: modes `read` and `write`, in a tree that others may be changing; paths are resolved in the root of treeRoot ----
  /** First: what descriptor 5 is. flags: TREE_PROCESS | TREE_ALONE | TREE_TRUSTED. */
  treeRoot: op(0x0501, 'walk', [['flags', 'u32']]),
  /** `write`: the directory that the paths of the tree operations start from. flags: TREE_REPLACE. */
  treeInto: op(0x0502, 'walk', [['path', 'str'], ['flags', 'u32']]),
  /** `read`: tells the entry and everything below it but what `exclude` names (relative to it). flags: TREE_FOLLOW | TREE_NO_DATA | TREE_SHALLOW. */
  treeTell: op(0x0503, 'walk', [['path', 'str'], ['flags', 'u32'], ['exclude', '...str']]),
  /** `read`: tells the entry alone, its path in the root resolved. flags: TREE_FOLLOW | TREE_NO_LINKS. */
  treeStat: op(0x0504, 'walk', [['path', 'str'], ['flags', 'u32']]),
} as const satisfies Record<string, OperationShape>;

export type OperationName = keyof typeof OPERATIONS;

export const SESSION_TTY = 1;
export const SESSION_STDIN = 2;
/** Output is kept back (the writer blocks on a full ring) rather than dropped while its viewer is away: exec with pipes, which no log keeps. */
export const SESSION_HOLD = 4;
/** A `u32` descriptor argument that means "none". */
export const NO_DESCRIPTOR = 0xffffffff;

/** treeRoot: descriptor 5 is a pidfd, the root is that process's; else it is a directory. */
export const TREE_PROCESS = 1;
/** treeRoot: what is mounted in the root is left out, what lies below shows. Only with TREE_PROCESS. */
export const TREE_ALONE = 2;
/** treeRoot: attributes in `trusted` are told. */
export const TREE_TRUSTED = 4;
/** treeTell, treeStat: of a link at the end of the path what it leads to. */
export const TREE_FOLLOW = 1;
/** treeTell: no content of files. */
export const TREE_NO_DATA = 2;
/** treeStat: a link anywhere in the path means that there is nothing. */
export const TREE_NO_LINKS = 4;
/** treeTell: of a directory what lies in it and nothing below that. */
export const TREE_SHALLOW = 8;
/** treeInto: a directory may take the place of something else, and the other way round. */
export const TREE_REPLACE = 1;
