import { closeSync, readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { KernelError } from './errors.ts';
import { check, libc } from './libc.ts';
import * as mounts from './mounts.ts';
import {
  AT_FDCWD,
  F_ADD_SEALS,
  F_DUPFD_CLOEXEC,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  LOCK_EX,
  LOCK_NB,
  MFD_ALLOW_SEALING,
  MFD_CLOEXEC,
  MFD_EXEC,
  MFD_NOEXEC_SEAL,
  MOUNT_ATTR_RDONLY,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  SYS,
} from './numbers.ts';
import { connectSocket, peerCredentials, sendDescriptors, socketpair } from './sockets.ts';
import { spawn } from './spawn.ts';
import type {
  MountChange,
  OverlayRequest,
  PeerCredentials,
  ProcessEnd,
  SpawnRequest,
  Syscalls,
} from './syscalls.ts';
import { KernelWorker } from './worker/client.ts';

const { EACCES, EAGAIN, EINVAL, ESRCH, EWOULDBLOCK } = constants.errno;
/** The helper's descriptor stands above all numbers that children get, so that starting one needs no shuffling. */
const HELPER_FD_MINIMUM = 100;
const SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
/** struct open_how: u64 flags, mode, resolve. */
const OPEN_HOW_BYTES = 24;

/** The real system calls. The Worker starts at the first call that needs it, or by `warm`. */
export class LinuxSyscalls implements Syscalls {
  readonly #helpers = new Map<string, number>();
  #kernelWorker: KernelWorker | undefined;

  /** Starts the Worker now (some 20 ms until it answers), so that the first mount does not wait for it. */
  warm(): void {
    this.#worker();
  }

  memfd(
    name: string,
    bytes: Uint8Array,
    { seal = false, executable = false }: { seal?: boolean; executable?: boolean } = {},
  ): number {
    const fd = createMemfd(name, seal ? MFD_ALLOW_SEALING : 0, executable ? MFD_EXEC : MFD_NOEXEC_SEAL);
    try {
      // By position, so that the offset stays 0 for the reader that shares it.
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
      if (seal) check(libc.fcntl(fd, F_ADD_SEALS, SEALS), 'fcntl F_ADD_SEALS', name);
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  loadHelper(path: string): number {
    let helper = this.#helpers.get(path);
    if (helper === undefined) {
      const fd = this.#openHelper(path);
      helper = check(libc.fcntl(fd, F_DUPFD_CLOEXEC, HELPER_FD_MINIMUM), 'fcntl F_DUPFD_CLOEXEC');
      closeSync(fd);
      this.#helpers.set(path, helper);
    }
    return helper;
  }

  #openHelper(path: string): number {
    try {
      return this.memfd('boxshim', readFileSync(path), { seal: true, executable: true });
    } catch (error) {
      // vm.memfd_noexec=2 (Linux 6.3). Through a read-only mount of its own nobody in a box can write to the installed file either.
      if (!(error instanceof KernelError) || error.errno !== EACCES) throw error;
      const mount = mounts.openTree(path, { clone: true });
      mounts.mountSetattr(mount, { set: MOUNT_ATTR_RDONLY });
      return mount;
    }
  }

  spawn(request: SpawnRequest): number {
    return spawn(request);
  }

  reap(pid: number): Promise<ProcessEnd> {
    return this.#worker().wait(this.pidfdOpen(pid), { collect: true });
  }

  socketpair(kind: 'stream' | 'seqpacket'): [number, number] {
    return socketpair(kind);
  }

  connectSocket(directory: number, name: string): number {
    return connectSocket(directory, name);
  }

  sendDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): number {
    return sendDescriptors(socket, bytes, descriptors);
  }

  peerCredentials(socket: number): PeerCredentials {
    return peerCredentials(socket);
  }

  openDirectory(path: string, options: { beneath?: number; path?: boolean } = {}): number {
    const how = Buffer.alloc(OPEN_HOW_BYTES);
    how.writeBigUInt64LE(BigInt(O_DIRECTORY | O_CLOEXEC | (options.path ? O_PATH : 0)), 0);
    how.writeBigUInt64LE(
      BigInt(options.beneath === undefined ? 0 : RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS),
      16,
    );
    const directory = options.beneath ?? AT_FDCWD;
    return check(libc.openat2(SYS.openat2, directory, path, how, how.length), 'open directory', path);
  }

  close(fd: number): void {
    closeSync(fd);
  }

  flock(fd: number): boolean {
    try {
      check(libc.flock(fd, LOCK_EX | LOCK_NB), 'flock');
      return true;
    } catch (error) {
      if (error instanceof KernelError && (error.errno === EAGAIN || error.errno === EWOULDBLOCK))
        return false;
      throw error;
    }
  }

  pidfdOpen(pid: number): number {
    return check(libc.threeNumbers(SYS.pidfd_open, pid, 0, 0), 'pidfd_open', String(pid));
  }

  pidfdSignal(pidfd: number, signal: number): void {
    check(libc.pidfd_send_signal(SYS.pidfd_send_signal, pidfd, signal, null, 0), 'pidfd_send_signal');
  }

  overlay(request: OverlayRequest): Promise<number> {
    return this.#worker().call<number>({ name: 'overlay', request });
  }

  openTree(path: string, options: { clone?: boolean; recursive?: boolean } = {}): Promise<number> {
    return this.#worker().call<number>({ name: 'openTree', path, options });
  }

  moveMount(mount: number, target: string): Promise<void> {
    return this.#worker().call<undefined>({ name: 'moveMount', mount, target });
  }

  unmount(path: string, options: { detach?: boolean } = {}): Promise<void> {
    return this.#worker().call<undefined>({ name: 'unmount', path, options });
  }

  mountSetattr(mount: number | string, change: MountChange): Promise<void> {
    return this.#worker().call<undefined>({ name: 'mountSetattr', mount, change });
  }

  waitReadable(fd: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    // A copy: the caller may close its own at any time, and one descriptor can be waited for twice.
    const copy = check(libc.fcntl(fd, F_DUPFD_CLOEXEC, 0), 'fcntl F_DUPFD_CLOEXEC');
    return this.#worker().wait<void>(copy, options);
  }

  async watchPidfd(pid: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    let pidfd: number;
    try {
      pidfd = this.pidfdOpen(pid);
    } catch (error) {
      if (error instanceof KernelError && error.errno === ESRCH) return;
      throw error;
    }
    await this.#worker().wait<void>(pidfd, options);
  }

  [Symbol.dispose](): void {
    this.#kernelWorker?.[Symbol.dispose]();
    this.#kernelWorker = undefined;
    for (const fd of this.#helpers.values()) closeSync(fd);
    this.#helpers.clear();
  }

  #worker(): KernelWorker {
    if (!this.#kernelWorker || this.#kernelWorker.ended) this.#kernelWorker = new KernelWorker();
    return this.#kernelWorker;
  }
}

/** Kernels before 6.3 know neither MFD_EXEC nor MFD_NOEXEC_SEAL (EINVAL) and make every memfd executable. */
function createMemfd(name: string, flags: number, execution: number): number {
  // MFD_NOEXEC_SEAL seals the mode at once; it allows sealing by itself.
  try {
    return check(libc.memfd_create(name, MFD_CLOEXEC | flags | execution), 'memfd_create', name);
  } catch (error) {
    if (!(error instanceof KernelError) || error.errno !== EINVAL) throw error;
    return check(libc.memfd_create(name, MFD_CLOEXEC | flags), 'memfd_create', name);
  }
}
