import type {
  MountChange,
  OverlayRequest,
  PeerCredentials,
  ProcessEnd,
  SpawnRequest,
  Syscalls,
} from './syscalls.ts';

export interface RecordedCall {
  name: keyof Syscalls & string;
  args: readonly unknown[];
}

/** Far above any real descriptor, so that a mix-up with one fails at once. */
const FIRST_FAKE_DESCRIPTOR = 1_000_000;
const FIRST_FAKE_PID = 5_000_000;

/**
 * Takes calls down instead of making them, for unit tests. Descriptors and pids are made up; `failOn` makes a call throw, `end` and
 * `makeReadable` let waits resolve, `open` tells which made-up descriptors were not closed again.
 */
export class RecordingSyscalls implements Syscalls {
  readonly calls: RecordedCall[] = [];
  readonly open = new Set<number>();
  readonly #failures = new Map<string, unknown>();
  readonly #processes = new Map<number, PromiseWithResolvers<ProcessEnd>>();
  readonly #readable = new Map<number, PromiseWithResolvers<void>>();
  readonly #locked = new Set<number>();
  readonly #helpers = new Map<string, number>();
  #nextDescriptor = FIRST_FAKE_DESCRIPTOR;
  #nextPid = FIRST_FAKE_PID;

  /** The next calls of this name throw `error` until `failOn(name, undefined)`. */
  failOn(name: keyof Syscalls & string, error: unknown): void {
    if (error === undefined) this.#failures.delete(name);
    else this.#failures.set(name, error);
  }

  /** A made-up process ends. */
  end(pid: number, how: ProcessEnd): void {
    this.#process(pid).resolve(how);
  }

  makeReadable(fd: number): void {
    this.#wait(fd).resolve();
  }

  /** Somebody else holds the lock of `fd`. */
  lockElsewhere(fd: number): void {
    this.#locked.add(fd);
  }

  memfd(name: string, bytes: Uint8Array, options: { seal?: boolean; executable?: boolean } = {}): number {
    this.#record('memfd', name, bytes, options);
    return this.#descriptor();
  }

  loadHelper(path: string): number {
    this.#record('loadHelper', path);
    const helper = this.#helpers.get(path) ?? this.#nextDescriptor++; // never closed by callers, so not counted as open
    this.#helpers.set(path, helper);
    return helper;
  }

  spawn(request: SpawnRequest): number {
    this.#record('spawn', request);
    return this.#nextPid++;
  }

  reap(pid: number): Promise<ProcessEnd> {
    this.#record('reap', pid);
    return this.#process(pid).promise;
  }

  socketpair(kind: 'stream' | 'seqpacket'): [number, number] {
    this.#record('socketpair', kind);
    return [this.#descriptor(), this.#descriptor()];
  }

  connectSocket(directory: number, name: string): number {
    this.#record('connectSocket', directory, name);
    return this.#descriptor();
  }

  sendDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): number {
    this.#record('sendDescriptors', socket, bytes, descriptors);
    return bytes.length;
  }

  peerCredentials(socket: number): PeerCredentials {
    this.#record('peerCredentials', socket);
    return { pid: 1, uid: 0, gid: 0 };
  }

  openDirectory(path: string, options: { beneath?: number; path?: boolean } = {}): number {
    this.#record('openDirectory', path, options);
    return this.#descriptor();
  }

  close(fd: number): void {
    this.#record('close', fd);
    if (!this.open.delete(fd)) throw new Error(`descriptor ${fd} is not open`);
  }

  flock(fd: number): boolean {
    this.#record('flock', fd);
    return !this.#locked.has(fd);
  }

  pidfdOpen(pid: number): number {
    this.#record('pidfdOpen', pid);
    return this.#descriptor();
  }

  pidfdSignal(pidfd: number, signal: number): void {
    this.#record('pidfdSignal', pidfd, signal);
  }

  async overlay(request: OverlayRequest): Promise<number> {
    this.#record('overlay', request);
    return this.#descriptor();
  }

  async openTree(path: string, options: { clone?: boolean; recursive?: boolean } = {}): Promise<number> {
    this.#record('openTree', path, options);
    return this.#descriptor();
  }

  async moveMount(mount: number, target: string): Promise<void> {
    this.#record('moveMount', mount, target);
  }

  async unmount(path: string, options: { detach?: boolean } = {}): Promise<void> {
    this.#record('unmount', path, options);
  }

  async mountSetattr(mount: number | string, change: MountChange): Promise<void> {
    this.#record('mountSetattr', mount, change);
  }

  waitReadable(fd: number): Promise<void> {
    this.#record('waitReadable', fd);
    return this.#wait(fd).promise;
  }

  async watchPidfd(pid: number): Promise<void> {
    this.#record('watchPidfd', pid);
    await this.#process(pid).promise;
  }

  [Symbol.dispose](): void {}

  #record(name: RecordedCall['name'], ...args: unknown[]): void {
    this.calls.push({ name, args });
    if (this.#failures.has(name)) throw this.#failures.get(name);
  }

  #descriptor(): number {
    const fd = this.#nextDescriptor++;
    this.open.add(fd);
    return fd;
  }

  #process(pid: number): PromiseWithResolvers<ProcessEnd> {
    const known = this.#processes.get(pid) ?? Promise.withResolvers<ProcessEnd>();
    this.#processes.set(pid, known);
    return known;
  }

  #wait(fd: number): PromiseWithResolvers<void> {
    const known = this.#readable.get(fd) ?? Promise.withResolvers<void>();
    this.#readable.set(fd, known);
    return known;
  }
}
