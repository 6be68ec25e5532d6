import { Socket } from 'node:net';
import type { Syscalls } from '@boxyard/kernel';
import { BoxError, encodeFrame, type Frame, FrameDecoder, FrameType } from '@boxyard/spec';
import { decodeHello, encodeHello, type Hello, PROTOCOL_HIGHEST, PROTOCOL_LOWEST } from './messages.ts';

/** What is told to whoever reads our hello in a core file or a trace. */
const BUILD = 'boxd';
/** A shim that is stopped or swapped out must not hold the agent up for ever. */
const HELLO_TIMEOUT_MS = 30_000;
/** How often a full backlog (128 connections not yet accepted) is tried again. */
const BACKLOG_RETRY_MS = 5;

export interface ConnectionHandlers {
  /** Every frame after the shim's hello. The payload lies in memory that is not used again. */
  onFrame(frame: Frame): void;
  /** Once, when the connection has ended, whoever ended it; `error` when it broke. Nothing comes afterwards. */
  onClose(error: Error | undefined): void;
}

/** One connection on a shim socket: hello both ways, then frames. The connection owns its descriptor. */
export class ShimConnection {
  readonly fd: number;
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #handlers: ConnectionHandlers;
  readonly #hello = Promise.withResolvers<Hello>();
  #greeted = false;
  #closed = false;
  #error: Error | undefined;

  /** Says hello; wait for `hello` before anything else is sent. */
  constructor(fd: number, handlers: ConnectionHandlers) {
    this.fd = fd;
    this.#handlers = handlers;
    this.#socket = new Socket({ fd, readable: true, writable: true });
    this.#socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    this.#socket.on('error', (error) => {
      this.#error ??= error;
    });
    this.#socket.on('close', () => this.#end());
    this.#hello.promise.catch(() => {}); // whoever waits for it gets the error; nobody has to
    this.send(FrameType.hello, { payload: encodeHello(BUILD) });
  }

  /** Resolves with the shim's hello once its version is known to be one we speak. @throws BoxError UNAVAILABLE, UNSUPPORTED */
  async hello(): Promise<Hello> {
    const late = new BoxError(
      'TIMEOUT',
      `the box's supervisor did not answer within ${HELLO_TIMEOUT_MS / 1000} s`,
    );
    const timer = setTimeout(() => this.#breakOff(late), HELLO_TIMEOUT_MS);
    try {
      return await this.#hello.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes that the socket has not taken yet. */
  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  /** Queues a frame. False: wait for `drained` before sending much more. */
  send(type: number, fields: Partial<Omit<Frame, 'type'>> = {}): boolean {
    if (this.#closed) return false;
    return this.#socket.write(encodeFrame(type, fields));
  }

  /** Resolves when everything queued was taken by the socket, or the connection has ended. */
  async drained(): Promise<void> {
    while (this.#socket.writableLength > 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#socket.off('close', done);
          resolve();
        };
        this.#socket.on('close', done);
        // 'drain' only comes after a write that was refused; the callback of an empty write always does.
        this.#socket.write('', done);
      });
    }
  }

  /** Sends what is queued, then ends. */
  end(): void {
    this.#socket.end(() => this.#socket.destroy());
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const frame of this.#decoder.push(chunk)) {
        if (this.#closed) return;
        if (this.#greeted) this.#handlers.onFrame(frame);
        else this.#greet(frame);
      }
    } catch (error) {
      this.#breakOff(error as Error);
    }
  }

  #greet(frame: Frame): void {
    if (frame.type !== FrameType.hello)
      throw new BoxError('UNSUPPORTED', "the box's supervisor did not say hello first");
    const hello = decodeHello(frame.payload);
    if (hello.lowest > PROTOCOL_HIGHEST || hello.highest < PROTOCOL_LOWEST) {
      throw new BoxError(
        'UNSUPPORTED',
        `the box's supervisor (${hello.build}) speaks protocol ${hello.lowest} to ${hello.highest}, this agent ${PROTOCOL_LOWEST} to ${PROTOCOL_HIGHEST}`,
        { hint: 'stop and start the box, or run the version of the agent that started it' },
      );
    }
    this.#greeted = true;
    this.#hello.resolve(hello);
  }

  #breakOff(error: Error): void {
    this.#error ??= error;
    this.#socket.destroy();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#greeted) {
      const gone = new BoxError('UNAVAILABLE', "the box's supervisor closed the connection", {
        cause: this.#error,
      });
      this.#hello.reject(this.#error instanceof BoxError ? this.#error : gone);
    }
    this.#handlers.onClose(this.#error);
  }
}

/**
 * connect(2) to a socket of a run directory; waits while its backlog is full.
 * @throws KernelError ENOENT, ECONNREFUSED: nobody listens there
 */
export async function connectShim(kernel: Syscalls, runDirectory: number, name: string): Promise<number> {
  const deadline = performance.now() + HELLO_TIMEOUT_MS;
  for (;;) {
    try {
      return kernel.connectSocket(runDirectory, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, BACKLOG_RETRY_MS));
    }
  }
}
