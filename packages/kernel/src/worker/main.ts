/**
 * The kernel Worker: the one thread that may sleep in the kernel. It blocks in epoll_wait on descriptors that libuv cannot poll and is
 * woken by an eventfd when the main thread posted a request. Its own event loop never turns: messages are taken synchronously.
 */
import { closeSync, readSync } from 'node:fs';
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { KernelError } from '../errors.ts';
import { check, libc } from '../libc.ts';
import { mountSetattr, moveMount, openTree, unmount } from '../mounts.ts';
import {
  CLD_EXITED,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_EVENT_BYTES,
  EPOLL_EVENT_DATA_AT,
  EPOLLIN,
  EPOLLONESHOT,
  P_PIDFD,
  WEXITED,
} from '../numbers.ts';
import { overlay } from '../overlay.ts';
import type { ProcessEnd } from '../syscalls.ts';
import type { Answer, Call, Request, WorkerInput } from './messages.ts';

const { wake, port } = workerData as WorkerInput & { port: MessagePort };
/** Events taken at once; more wait for the next round. */
const EVENT_COUNT = 64;
/** epoll's own word for the eventfd; waits have their request's id, which starts at 1. */
const WAKE_ID = 0;
const EINTR = 4;

const epoll = check(libc.epoll_create1(EPOLL_CLOEXEC), 'epoll_create1');
const waits = new Map<number, { fd: number; collect: boolean }>();

function add(fd: number, id: number, flags: number): void {
  const event = Buffer.alloc(EPOLL_EVENT_BYTES);
  event.writeUInt32LE(flags, 0);
  event.writeUInt32LE(id, EPOLL_EVENT_DATA_AT);
  check(libc.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, event), 'epoll_ctl');
}

/** siginfo_t of a child (64-bit): si_code at 8, si_status at 24. */
function collect(pidfd: number): ProcessEnd {
  const info = new Int32Array(32);
  check(libc.waitid(P_PIDFD, pidfd, info, WEXITED), 'waitid');
  const [code = 0, status = 0] = [info[2], info[6]];
  return code === CLD_EXITED ? { code: status } : { signal: status };
}

function perform(call: Call): number | undefined {
  switch (call.name) {
    case 'overlay':
      return overlay(call.request);
    case 'openTree':
      return openTree(call.path, call.options);
    case 'moveMount':
      moveMount(call.mount, call.target);
      return undefined;
    case 'unmount':
      unmount(call.path, call.options);
      return undefined;
    case 'mountSetattr':
      mountSetattr(call.mount, call.change);
      return undefined;
  }
}

/** Answers request `id` with what `work` gives or throws. */
function answer(id: number, work: () => number | ProcessEnd | undefined): void {
  let reply: Answer;
  try {
    reply = { id, result: work() };
  } catch (error) {
    reply =
      error instanceof KernelError
        ? { id, failure: { operation: error.operation, path: error.path, errno: error.errno } }
        : { id, fault: error };
  }
  port.postMessage(reply);
}

function endWait(id: number): { fd: number; collect: boolean } | undefined {
  const wait = waits.get(id);
  waits.delete(id);
  return wait;
}

/** false: time to end. */
function takeRequests(): boolean {
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: Request } | undefined;
    if (!received) return true;
    const request = received.message;
    switch (request.kind) {
      case 'stop':
        return false;
      case 'call':
        answer(request.id, () => perform(request.call));
        break;
      case 'cancel': {
        const wait = endWait(request.id);
        if (wait) closeSync(wait.fd);
        break;
      }
      case 'wait':
        try {
          add(request.fd, request.id, EPOLLIN | EPOLLONESHOT);
          waits.set(request.id, { fd: request.fd, collect: request.collect });
        } catch (error) {
          closeSync(request.fd);
          answer(request.id, () => {
            throw error;
          });
        }
        break;
    }
  }
}

function finishWait(id: number): void {
  const wait = endWait(id);
  if (!wait) return; // cancelled in this same round
  answer(id, () => {
    try {
      return wait.collect ? collect(wait.fd) : undefined;
    } finally {
      closeSync(wait.fd);
    }
  });
}

function run(): void {
  const events = Buffer.alloc(EVENT_COUNT * EPOLL_EVENT_BYTES);
  const counter = new Uint8Array(8);
  add(wake, WAKE_ID, EPOLLIN);
  for (;;) {
    let count: number;
    try {
      count = check(libc.epoll_wait(epoll, events, EVENT_COUNT, -1), 'epoll_wait');
    } catch (error) {
      if (error instanceof KernelError && error.errno === EINTR) continue;
      throw error;
    }
    for (let index = 0; index < count; index++) {
      const id = events.readUInt32LE(index * EPOLL_EVENT_BYTES + EPOLL_EVENT_DATA_AT);
      if (id !== WAKE_ID) {
        finishWait(id);
        continue;
      }
      readSync(wake, counter);
      if (!takeRequests()) return;
    }
  }
}

run();
for (const { fd } of waits.values()) closeSync(fd);
closeSync(epoll);
port.close();
