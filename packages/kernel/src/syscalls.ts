/**
 * What the rest of Boxyard asks of the kernel. `linux.ts` is the real one, `recording.ts` the twin for unit tests. Every failure is a
 * `KernelError`. Descriptors are plain numbers, always close-on-exec, and belong to the caller, who closes them with `close`.
 *
 * Methods that return a promise may sleep in the kernel; they run in the one kernel Worker and never block the event loop.
 */
export interface Syscalls {
  /**
   * An anonymous file holding `bytes`, its offset at 0. `seal`: its content can never change again (SHRINK | GROW | WRITE | SEAL).
   * `executable`: MFD_EXEC, else MFD_NOEXEC_SEAL where the kernel knows it (6.3).
   */
  memfd(name: string, bytes: Uint8Array, options?: { seal?: boolean; executable?: boolean }): number;

  /**
   * The helper program `native/build/boxshim` as a sealed, executable memfd: nothing that runs in a box can write to it
   * (SECURITY, "helper overwritten"); where the host forbids that, a read-only mount of the file. Loaded once per path; the descriptor belongs to this object: do not close it.
   */
  loadHelper(path: string): number;

  /** Starts a program by posix_spawn (0.14 ms on the calling thread). Returns its pid; `reap` it. */
  spawn(request: SpawnRequest): number;

  /** Waits for a child that `spawn` started and collects it. Never touches other children (libuv's among them). */
  reap(pid: number): Promise<ProcessEnd>;

  /** A connected pair of unix sockets. */
  socketpair(kind: 'stream' | 'seqpacket'): [number, number];

  /** connect(2) to the stream socket `name` in a directory, whatever the length of its path; non-blocking. EAGAIN: its backlog is full. */
  connectSocket(directory: number, name: string): number;

  /**
   * One sendmsg(2) with SCM_RIGHTS (`descriptors` may be empty). Never waits: EAGAIN when the socket is full. Returns the bytes sent;
   * the descriptors go with the first of them.
   */
  sendDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): number;

  /** Who is at the other end of a unix socket (SO_PEERCRED), as it was when it connected. */
  peerCredentials(socket: number): PeerCredentials;

  /**
   * A directory as a descriptor (O_DIRECTORY, or O_PATH with `path: true`). `beneath`: `path` is relative to that descriptor and no
   * component may lead out of it or through a link (openat2 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS).
   */
  openDirectory(path: string, options?: { beneath?: number; path?: boolean }): number;

  close(fd: number): void;

  /** Takes the exclusive lock of an open file without waiting: false when somebody else holds it. The lock ends with the descriptor. */
  flock(fd: number): boolean;

  /** A descriptor for a process; it becomes readable when the process ends. ESRCH when there is none. */
  pidfdOpen(pid: number): number;

  /** pidfd_send_signal. Signal 0 asks whether the process is there. ESRCH when it ended. */
  pidfdSignal(pidfd: number, signal: number): void;

  /** A new overlay as a detached mount (fsopen, fsconfig, fsmount): visible nowhere until somebody attaches it. */
  overlay(request: OverlayRequest): Promise<number>;

  /** open_tree: the mount at `path` itself, or with `clone` a detached copy of it (`recursive`: with the mounts below it). */
  openTree(path: string, options?: { clone?: boolean; recursive?: boolean }): Promise<number>;

  /** Attaches a detached mount at a path of the host. */
  moveMount(mount: number, target: string): Promise<void>;

  /** Takes a mount away from a path (never follows a link there). `detach`: at once, even when busy (MNT_DETACH). */
  unmount(path: string, options?: { detach?: boolean }): Promise<void>;

  /** mount_setattr on a detached mount (a descriptor) or a path. */
  mountSetattr(mount: number | string, change: MountChange): Promise<void>;

  /** Resolves once `fd` is readable (or hung up), for descriptors that libuv cannot poll: pidfd, netlink, inotify, eventfd. */
  waitReadable(fd: number, options?: { signal?: AbortSignal }): Promise<void>;

  /** Resolves once the process ended, be it our child or not; at once when there is none. */
  watchPidfd(pid: number, options?: { signal?: AbortSignal }): Promise<void>;

  /** Ends the Worker and closes what belongs to this object. */
  [Symbol.dispose](): void;
}

export interface SpawnRequest {
  /** Descriptor of the program (a memfd). */
  fd: number;
  /** argv, argv[0] included. */
  argv: readonly string[];
  /** The complete environment; nothing is inherited. */
  env: readonly string[];
  /** Child descriptor number → ours. 0, 1 and 2 are /dev/null when not named here; all others are closed. */
  descriptors: Readonly<Record<number, number>>;
  /** Working directory; default: ours. */
  cwd?: string;
}

/** How a child ended: the code of _exit, or the signal that ended it. */
export type ProcessEnd = { code: number } | { signal: number };

export interface PeerCredentials {
  pid: number;
  uid: number;
  gid: number;
}

export interface OverlayRequest {
  /** Uppermost first, as `lowerdir=` lists them. Never empty. */
  lowers: readonly string[];
  /** Both or neither: without them the overlay is read-only. */
  upper?: string;
  work?: string;
  /** Further options, `key=value` or a flag: `index=off`, `metacopy=off`, `userxattr`, `ro`. */
  options?: readonly string[];
}

export interface MountChange {
  /** MOUNT_ATTR_* to set and to clear (numbers.ts). */
  set?: number;
  clear?: number;
  /** MS_PRIVATE, MS_SLAVE, MS_SHARED. */
  propagation?: number;
  recursive?: boolean;
}
