import koffi from 'koffi';
import { KernelError } from './errors.ts';

/** The libc that Node itself runs on, whichever it is: glibc or musl. */
const lib = koffi.load(null);

/** struct iovec and struct msghdr of 64-bit Linux. */
const iovec = koffi.struct({ base: 'void *', length: 'size_t' });
const msghdr = koffi.struct({
  name: 'void *',
  nameLength: 'uint32_t',
  vectors: koffi.pointer(iovec),
  vectorCount: 'size_t',
  control: 'void *',
  controlLength: 'size_t',
  flags: 'int',
});

export interface MessageHeader {
  name: null;
  nameLength: 0;
  vectors: { base: Uint8Array; length: number }[];
  vectorCount: number;
  control: Uint8Array | null;
  controlLength: number;
  flags: 0;
}

/** syscall(2) with a prototype for each shape of arguments: variadic and fixed calls pass integers alike on x86-64 and arm64. */
const syscall = <F extends (number: number, ...rest: never[]) => number>(...types: string[]): F =>
  lib.func('syscall', 'long', ['long', ...types]) as unknown as F;

/** The C functions as they are: -1 means failed, ask `check` at once. Buffers stand for structures. */
export const libc = {
  memfd_create: lib.func('int memfd_create(const char *name, unsigned int flags)') as (
    name: string,
    flags: number,
  ) => number,
  fcntl: lib.func('fcntl', 'int', ['int', 'int', 'int']) as unknown as (
    fd: number,
    command: number,
    value: number,
  ) => number,
  flock: lib.func('int flock(int fd, int operation)') as (fd: number, operation: number) => number,
  socket: lib.func('int socket(int domain, int type, int protocol)') as (
    domain: number,
    type: number,
    protocol: number,
  ) => number,
  socketpair: lib.func('int socketpair(int domain, int type, int protocol, void *fds)') as (
    domain: number,
    type: number,
    protocol: number,
    fds: Int32Array,
  ) => number,
  connect: lib.func('int connect(int fd, void *address, uint32_t length)') as (
    fd: number,
    address: Uint8Array,
    length: number,
  ) => number,
  sendmsg: lib.func('sendmsg', 'long', ['int', koffi.pointer(msghdr), 'int']) as unknown as (
    fd: number,
    message: MessageHeader,
    flags: number,
  ) => number,
  getsockopt: lib.func('int getsockopt(int fd, int level, int option, void *value, void *length)') as (
    fd: number,
    level: number,
    option: number,
    value: Int32Array,
    length: Uint32Array,
  ) => number,
  mount: lib.func(
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
  ) as (source: string, target: string, type: string, flags: number, data: string) => number,
  umount2: lib.func('int umount2(const char *target, int flags)') as (
    target: string,
    flags: number,
  ) => number,
  epoll_create1: lib.func('int epoll_create1(int flags)') as (flags: number) => number,
  epoll_ctl: lib.func('int epoll_ctl(int epoll, int operation, int fd, void *event)') as (
    epoll: number,
    operation: number,
    fd: number,
    event: Uint8Array,
  ) => number,
  epoll_wait: lib.func('int epoll_wait(int epoll, void *events, int count, int timeout)') as (
    epoll: number,
    events: Uint8Array,
    count: number,
    timeout: number,
  ) => number,
  eventfd: lib.func('int eventfd(unsigned int value, int flags)') as (value: number, flags: number) => number,
  waitid: lib.func('int waitid(int type, unsigned int id, void *info, int options)') as (
    type: number,
    id: number,
    info: Int32Array,
    options: number,
  ) => number,
  posix_spawn: lib.func(
    'int posix_spawn(void *pid, const char *path, void *actions, void *attributes, const char **argv, const char **envp)',
  ) as (
    pid: Int32Array,
    path: string,
    actions: Uint8Array,
    attributes: Uint8Array,
    argv: (string | null)[],
    envp: (string | null)[],
  ) => number,
  posix_spawn_file_actions_init: lib.func('int posix_spawn_file_actions_init(void *actions)') as (
    actions: Uint8Array,
  ) => number,
  posix_spawn_file_actions_destroy: lib.func('int posix_spawn_file_actions_destroy(void *actions)') as (
    actions: Uint8Array,
  ) => number,
  posix_spawn_file_actions_adddup2: lib.func(
    'int posix_spawn_file_actions_adddup2(void *actions, int fd, int target)',
  ) as (actions: Uint8Array, fd: number, target: number) => number,
  posix_spawn_file_actions_addclose: lib.func(
    'int posix_spawn_file_actions_addclose(void *actions, int fd)',
  ) as (actions: Uint8Array, fd: number) => number,
  posix_spawn_file_actions_addopen: lib.func(
    'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, unsigned int mode)',
  ) as (actions: Uint8Array, fd: number, path: string, flags: number, mode: number) => number,
  posix_spawn_file_actions_addchdir: lib.func(
    'int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)',
  ) as (actions: Uint8Array, path: string) => number,
  posix_spawnattr_init: lib.func('int posix_spawnattr_init(void *attributes)') as (
    attributes: Uint8Array,
  ) => number,
  posix_spawnattr_setflags: lib.func('int posix_spawnattr_setflags(void *attributes, short flags)') as (
    attributes: Uint8Array,
    flags: number,
  ) => number,
  posix_spawnattr_setsigdefault: lib.func(
    'int posix_spawnattr_setsigdefault(void *attributes, void *signals)',
  ) as (attributes: Uint8Array, signals: Uint8Array) => number,
  posix_spawnattr_setsigmask: lib.func('int posix_spawnattr_setsigmask(void *attributes, void *signals)') as (
    attributes: Uint8Array,
    signals: Uint8Array,
  ) => number,

  fsopen: syscall<(number: number, type: string, flags: number) => number>('const char *', 'int'),
  fsconfig: syscall<
    (
      number: number,
      fd: number,
      command: number,
      key: string | null,
      value: string | null,
      auxiliary: number,
    ) => number
  >('int', 'int', 'const char *', 'const char *', 'int'),
  /** fsmount, pidfd_open. */
  threeNumbers: syscall<(number: number, first: number, second: number, third: number) => number>(
    'int',
    'int',
    'int',
  ),
  close_range: syscall<(number: number, first: number, last: number, flags: number) => number>(
    'uint32_t',
    'uint32_t',
    'int',
  ),
  open_tree: syscall<(number: number, directory: number, path: string, flags: number) => number>(
    'int',
    'const char *',
    'uint32_t',
  ),
  move_mount: syscall<
    (number: number, from: number, fromPath: string, to: number, toPath: string, flags: number) => number
  >('int', 'const char *', 'int', 'const char *', 'uint32_t'),
  /** openat2, mount_setattr without its flags. */
  openat2: syscall<
    (number: number, directory: number, path: string, how: Uint8Array, size: number) => number
  >('int', 'const char *', 'void *', 'size_t'),
  mount_setattr: syscall<
    (
      number: number,
      directory: number,
      path: string,
      flags: number,
      change: Uint8Array,
      size: number,
    ) => number
  >('int', 'const char *', 'uint32_t', 'void *', 'size_t'),
  pidfd_send_signal: syscall<
    (number: number, pidfd: number, signal: number, info: null, flags: number) => number
  >('int', 'int', 'void *', 'uint32_t'),
};

/**
 * The result of a C function that gives -1 on failure. Must be the very next thing after the call: koffi leaves the thread's errno as
 * the function set it, and nothing of ours or of V8 makes a system call in between.
 */
export function check(result: number, operation: string, path?: string): number {
  if (result === -1) throw new KernelError({ operation, path, errno: koffi.errno() });
  return result;
}
