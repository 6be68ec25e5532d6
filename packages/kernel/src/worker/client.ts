import { closeSync, writeSync } from 'node:fs';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { KernelError } from '../errors.ts';
import { check, libc } from '../libc.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK } from '../numbers.ts';
import type { Answer, Call, Request } from './messages.ts';

/** The number 1 as an eventfd takes it. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

interface Pending {
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * The main thread's side of the kernel Worker. The Worker keeps the process alive only while something is pending; `dispose` ends it,
 * and so does the end of the process (a thread that sleeps in the kernel would hold process.exit up).
 */
export class KernelWorker {
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #wake: number;
  readonly #pending = new Map<number, Pending>();
  readonly #onExit = (): void => this.#stop();
  #lastId = 0;
  #ended = false;

  constructor() {
    this.#wake = check(libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), 'eventfd');
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(new URL('./main.ts', import.meta.url), {
      name: 'kernel',
      execArgv: [], // not the parent's: --input-type and --eval mean something else here
      trackUnmanagedFds: false, // descriptors pass between the threads
      workerData: { wake: this.#wake, port: port2 },
      transferList: [port2],
    });
    this.#worker.unref();
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => {
      this.#fail(new Error('the kernel Worker ended'));
      closeSync(this.#wake);
    });
    this.#port.on('message', (answer: Answer) => this.#settle(answer));
    this.#port.unref();
    process.on('exit', this.#onExit);
  }

  /** It was disposed of, or it broke: everything asked of it fails. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Runs a call that may sleep. */
  call<T extends number | undefined>(call: Call): Promise<T> {
    return this.#ask<T>((id) => ({ kind: 'call', id, call }));
  }

  /** Waits until `fd` is readable. The Worker owns `fd` from now on. `collect`: it is the pidfd of a child, to be reaped. */
  wait<T>(
    fd: number,
    { collect = false, signal }: { collect?: boolean; signal?: AbortSignal } = {},
  ): Promise<T> {
    if (signal?.aborted) {
      closeSync(fd);
      return Promise.reject(signal.reason);
    }
    const promise = this.#ask<T>((id) => ({ kind: 'wait', id, fd, collect }));
    if (!signal) return promise;
    const id = this.#lastId;
    const abort = (): void => {
      const pending = this.#take(id);
      if (!pending) return;
      this.#post({ kind: 'cancel', id });
      pending.reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', abort));
  }

  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#stop();
    this.#fail(new Error('the kernel Worker was stopped'));
  }

  #ask<T>(request: (id: number) => Request): Promise<T> {
    if (this.#ended) return Promise.reject(new Error('the kernel Worker has ended'));
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: never) => void, reject });
      this.#port.ref();
      this.#post(request(id));
    });
  }

  #post(request: Request): void {
    if (this.#ended) return;
    this.#port.postMessage(request);
    writeSync(this.#wake, ONE);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#port.unref();
    return pending;
  }

  #settle(answer: Answer): void {
    const pending = this.#take(answer.id);
    if (!pending) return; // cancelled while the answer was on its way
    if ('failure' in answer) pending.reject(new KernelError(answer.failure));
    else if ('fault' in answer) pending.reject(answer.fault);
    else pending.resolve(answer.result as never);
  }

  #stop(): void {
    this.#post({ kind: 'stop' });
    this.#ended = true;
    process.off('exit', this.#onExit);
  }

  #fail(error: unknown): void {
    this.#ended = true;
    process.off('exit', this.#onExit);
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(error);
    this.#port.close();
  }
}
