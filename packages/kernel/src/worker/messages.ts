import type { MountChange, OverlayRequest, ProcessEnd } from '../syscalls.ts';

/** What the main thread asks of the kernel Worker. Every request but `cancel` and `stop` is answered once, under its id. */
export type Request =
  | { kind: 'call'; id: number; call: Call }
  /** Wait until `fd` is readable; the Worker closes it afterwards. `collect`: it is the pidfd of a child of ours, which ends there. */
  | { kind: 'wait'; id: number; fd: number; collect: boolean }
  | { kind: 'cancel'; id: number }
  | { kind: 'stop' };

/** Calls that may sleep. */
export type Call =
  | { name: 'overlay'; request: OverlayRequest }
  | { name: 'openTree'; path: string; options: { clone?: boolean; recursive?: boolean } }
  | { name: 'moveMount'; mount: number; target: string }
  | { name: 'unmount'; path: string; options: { detach?: boolean } }
  | { name: 'mountSetattr'; mount: number | string; change: MountChange };

export type Answer =
  | { id: number; result: number | ProcessEnd | undefined }
  | { id: number; failure: { operation: string; path: string | undefined; errno: number } }
  /** Not a failed system call: a fault of ours. */
  | { id: number; fault: unknown };

/** How the Worker is started. */
export interface WorkerInput {
  /** An eventfd: written to after each request was posted, because the Worker sleeps in epoll_wait and not in its event loop. */
  wake: number;
}
