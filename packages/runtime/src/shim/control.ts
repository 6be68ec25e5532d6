import { KernelError, type Syscalls } from '@boxyard/kernel';
import { BoxError, encodeFrame, encodePlan, type Frame, FrameType, type Plan } from '@boxyard/spec';
import { connectShim, ShimConnection } from './connection.ts';
import { errorOfFailure } from './errors.ts';
import {
  decodeExit,
  decodeFailure,
  decodePid,
  decodeState,
  type ExecRequest,
  encodeExec,
  encodeId,
  encodeResize,
  encodeSignal,
  type SessionExit,
  type ShimFailure,
  type ShimState,
} from './messages.ts';

/** A full socket (the shim is stopped, or swapped out) is tried again this often when descriptors have to be sent. */
const FULL_RETRY_MS = 5;

export interface ShimHandlers {
  /** A session's process ended and all its output is read. May come again after a reconnect until it is acknowledged. */
  onExit(exit: SessionExit): void;
  /** The shim is gone or the connection broke. */
  onClose(error: Error | undefined): void;
}

/** A shim answers in microseconds; one that is stopped, or swapped out, must not hold its callers for ever. */
const ANSWER_TIMEOUT_MS = 30_000;

interface Request {
  resolve: (payload: Uint8Array) => void;
  reject: (error: unknown) => void;
  answer: number;
}

/** Request ids start here; offset 0 belongs to what the shim sends unasked. */
const FIRST_REQUEST = 1;

/** The control connection to the supervisor of one box. */
export class ShimClient {
  readonly #kernel: Syscalls;
  readonly #connection: ShimConnection;
  readonly #handlers: ShimHandlers;
  readonly #requests = new Map<number, Request>();
  readonly #first = Promise.withResolvers<ShimState>();
  #nextRequest = FIRST_REQUEST;
  #startFailure: ShimFailure | undefined;
  /** Exec frames go one after the other: their descriptors must be first in an empty queue. */
  #sending: Promise<void> = Promise.resolve();

  private constructor(kernel: Syscalls, fd: number, handlers: ShimHandlers) {
    this.#kernel = kernel;
    this.#handlers = handlers;
    this.#first.promise.catch(() => {}); // only a start waits for it
    this.#connection = new ShimConnection(fd, {
      onFrame: (frame) => this.#take(frame),
      onClose: (error) => this.#end(error),
    });
  }

  /** Over our end of the socket pair that a starting helper has as descriptor 4. Takes the descriptor over. */
  static over(kernel: Syscalls, fd: number, handlers: ShimHandlers): ShimClient {
    return new ShimClient(kernel, fd, handlers);
  }

  /**
   * To a supervisor that runs already.
   * @throws KernelError ENOENT, ECONNREFUSED when there is none; BoxError UNSUPPORTED, TIMEOUT
   */
  static async connect(kernel: Syscalls, runDirectory: number, handlers: ShimHandlers): Promise<ShimClient> {
    const client = new ShimClient(kernel, await connectShim(kernel, runDirectory, 'ctl.sock'), handlers);
    try {
      await client.#connection.hello();
      return client;
    } catch (error) {
      client[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Of a start: resolves when execve of the user's program succeeded.
   * @throws BoxError: COMMAND_NOT_FOUND (127), COMMAND_NOT_EXECUTABLE (126), or what else failed
   */
  async started(): Promise<ShimState> {
    await this.#connection.hello();
    return this.#first.promise;
  }

  async state(): Promise<ShimState> {
    return decodeState(await this.#request(FrameType.state, new Uint8Array(0), FrameType.state));
  }

  /** Signal to a session's process (`''`: init). @throws BoxError with details.errno ESRCH when it ended */
  async signal(signal: number, id = ''): Promise<void> {
    await this.#request(FrameType.signal, encodeSignal(signal, id));
  }

  async resize(rows: number, columns: number, id = ''): Promise<void> {
    await this.#request(FrameType.resize, encodeResize(rows, columns, id));
  }

  /** The exit of a session is stored: the shim may forget it; for `''` it may end. */
  async acknowledge(id = ''): Promise<void> {
    await this.#request(FrameType.ack, encodeId(id));
  }

  /** Nobody comes back for this session's held output. */
  async release(id: string): Promise<void> {
    await this.#request(FrameType.close, encodeId(id));
  }

  /**
   * A further process in the box, started by the *current* helper. Asking again with the id of a known session gives its pid.
   * @param helper descriptor of Syscalls.loadHelper
   * @returns its pid on the host
   * @throws BoxError as `started`
   */
  async exec(request: ExecRequest, plan: Plan, helper: number): Promise<number> {
    const file = this.#kernel.memfd('plan', encodePlan(plan));
    const { id, answer } = this.#expect(FrameType.ack);
    try {
      const frame = encodeFrame(FrameType.exec, { offset: id, payload: encodeExec(request) });
      const sent = this.#sending.then(() => this.#sendDescriptors(frame, [helper, file]));
      this.#sending = sent.catch(() => {});
      await sent;
    } catch (error) {
      this.#requests.get(id)?.reject(error);
      this.#requests.delete(id);
    } finally {
      this.#kernel.close(file);
    }
    return decodePid(await answer);
  }

  get closed(): boolean {
    return this.#connection.closed;
  }

  /** Leaves the shim alone; the box goes on. */
  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  #expect(answer: number): { id: number; answer: Promise<Uint8Array> } {
    const id = this.#nextRequest++;
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    promise.catch(() => {}); // it may be rejected before its caller awaits it
    if (this.#connection.closed) reject(connectionLost(undefined));
    else this.#requests.set(id, { resolve, reject, answer });
    return { id, answer: promise };
  }

  async #request(type: number, payload: Uint8Array, answerType: number = FrameType.ack): Promise<Uint8Array> {
    const { id, answer } = this.#expect(answerType);
    this.#connection.send(type, { offset: id, payload });
    const timer = setTimeout(() => this.#giveUp(id), ANSWER_TIMEOUT_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /** An answer that comes later finds no request. */
  #giveUp(id: number): void {
    const seconds = ANSWER_TIMEOUT_MS / 1000;
    const late = new BoxError('TIMEOUT', `the box's supervisor did not answer within ${seconds} s`);
    this.#requests.get(id)?.reject(late);
    this.#requests.delete(id);
  }

  /** By sendmsg past libuv's queue, which therefore must be empty. A frame this small is taken whole or not at all. */
  async #sendDescriptors(frame: Uint8Array, descriptors: readonly number[]): Promise<void> {
    for (;;) {
      await this.#connection.drained();
      if (this.#connection.closed) throw connectionLost(undefined);
      if (this.#connection.pendingBytes > 0) continue; // somebody else was quicker
      try {
        this.#kernel.sendDescriptors(this.#connection.fd, frame, descriptors);
        return;
      } catch (error) {
        if (!(error instanceof KernelError) || error.code !== 'EAGAIN') throw error;
        await new Promise((resolve) => setTimeout(resolve, FULL_RETRY_MS));
      }
    }
  }

  #take(frame: Frame): void {
    if (frame.type === FrameType.exit) {
      this.#handlers.onExit(decodeExit(frame.payload, frame.offset));
      return;
    }
    if (frame.offset === 0) {
      if (frame.type === FrameType.state) this.#first.resolve(decodeState(frame.payload));
      else if (frame.type === FrameType.error) this.#startFailure = decodeFailure(frame.payload);
      return;
    }
    const request = this.#requests.get(frame.offset);
    if (!request) return;
    this.#requests.delete(frame.offset);
    if (frame.type === FrameType.error) request.reject(errorOfFailure(decodeFailure(frame.payload)));
    else if (frame.type === request.answer) request.resolve(frame.payload);
    else
      request.reject(new BoxError('INTERNAL', `the box's supervisor answered with frame type ${frame.type}`));
  }

  #end(error: Error | undefined): void {
    const lost = this.#startFailure ? errorOfFailure(this.#startFailure) : connectionLost(error);
    this.#first.reject(lost);
    for (const { reject } of this.#requests.values()) reject(lost);
    this.#requests.clear();
    this.#handlers.onClose(error);
  }
}

function connectionLost(cause: Error | undefined): BoxError {
  if (cause instanceof BoxError) return cause;
  return new BoxError('UNAVAILABLE', "the connection to the box's supervisor is lost", {
    hint: 'box ps shows whether the box still runs',
    cause,
  });
}
