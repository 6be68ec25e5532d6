import type { Syscalls } from '@boxyard/kernel';
import { type Frame, FrameType } from '@boxyard/spec';
import { connectShim, ShimConnection } from './connection.ts';
import { errorOfFailure } from './errors.ts';
import { InputWindow } from './input-window.ts';
import {
  decodeExit,
  decodeFailure,
  decodeOpened,
  decodeSkipped,
  encodeOpen,
  encodeU32,
  encodeViewerResize,
  type Opened,
  type SessionExit,
  VIEW_INPUT,
  VIEW_LOSSLESS,
  VIEW_OUTPUT,
} from './messages.ts';

export interface SessionRequest {
  /** `''`: the box's init. */
  id: string;
  /** Where to go on, or `live`: from now. Older than the ring: the answer says where it begins. */
  offset: number | 'live';
  output: boolean;
  input: boolean;
  /** Holds the writer back rather than losing a byte, while connected. */
  lossless?: boolean;
  /** Bytes the shim may send before `credit` grants more. */
  credit: number;
  /** Who types; stays the same over reconnects, so that nothing typed is lost or doubled. */
  clientId: bigint;
}

export interface SessionHandlers {
  /** The bytes belong to the receiver. */
  onData(stream: number, offset: number, bytes: Uint8Array): void;
  /** Output from `from` to `to` is no longer there for this slow viewer. */
  onSkipped(from: number, to: number): void;
  /** The session has all of this client's input up to `offset`. */
  onInputAccepted(offset: number): void;
  /** After the last data. */
  onExit(exit: SessionExit): void;
  /** The connection ended: by `close`, after an exit, or because the shim is gone. */
  onClose(error: Error | undefined): void;
}

/** One viewer of one session: output with credit, input with acknowledged offsets. */
export class SessionClient {
  readonly #connection: ShimConnection;
  readonly #handlers: SessionHandlers;
  readonly #window = new InputWindow();
  #drained: PromiseWithResolvers<void> | undefined;
  readonly #opened = Promise.withResolvers<Opened>();

  private constructor(fd: number, handlers: SessionHandlers) {
    this.#handlers = handlers;
    this.#opened.promise.catch(() => {}); // it may be rejected before `open` is called
    this.#connection = new ShimConnection(fd, {
      onFrame: (frame) => this.#take(frame),
      onClose: (error) => {
        this.#opened.reject(error ?? new Error("the box's supervisor closed the connection"));
        this.#settleDrained();
        this.#handlers.onClose(error);
      },
    });
  }

  /** Connects; `open` is the next thing to do. @throws KernelError ENOENT, ECONNREFUSED when no supervisor listens */
  static async connect(
    kernel: Syscalls,
    runDirectory: number,
    handlers: SessionHandlers,
  ): Promise<SessionClient> {
    const session = new SessionClient(await connectShim(kernel, runDirectory, 'attach.sock'), handlers);
    try {
      await session.#connection.hello();
      return session;
    } catch (error) {
      session[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Opens a session, once. Data may reach the handlers in the same turn as the answer.
   * @throws BoxError with details.errno ESRCH when the supervisor does not know it
   */
  open(request: SessionRequest): Promise<Opened> {
    this.#connection.send(FrameType.open, {
      offset: request.offset === 'live' ? -1 : request.offset,
      payload: encodeOpen({ ...request, flags: flagsOf(request) }),
    });
    return this.#opened.promise;
  }

  /** `bytes` more may be sent. Grant what was passed on, when it was. */
  credit(bytes: number): void {
    if (bytes > 0) this.#connection.send(FrameType.credit, { payload: encodeU32(bytes) });
  }

  /**
   * Input at `offset` of this client's input; what the session has already is dropped. Kept here while the shim has no room for it.
   * @returns false when some is kept: wait for `drained` before giving more
   */
  input(offset: number, bytes: Uint8Array): boolean {
    this.#window.push(offset, bytes);
    return this.#sendInput();
  }

  /** This client's input ends at `offset`. Closes the process's stdin when it is a pipe; a terminal stays open. */
  closeInput(offset: number): void {
    this.#window.close(offset);
    this.#sendInput();
  }

  /** Resolves when no input is kept any more, or the connection has ended. */
  async drained(): Promise<void> {
    if (this.#window.empty || this.#connection.closed) return;
    this.#drained ??= Promise.withResolvers<void>();
    await this.#drained.promise;
  }

  resize(rows: number, columns: number): void {
    this.#connection.send(FrameType.resize, { payload: encodeViewerResize(rows, columns) });
  }

  signal(signal: number): void {
    this.#connection.send(FrameType.signal, { payload: encodeU32(signal) });
  }

  /** Leaves on purpose: what was sent before still arrives. */
  close(): void {
    this.#connection.send(FrameType.close);
    this.#connection.end();
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  #sendInput(): boolean {
    for (const piece of this.#window.take()) {
      if (piece.kind === 'end') this.#connection.send(FrameType.closeInput, { offset: piece.offset });
      else this.#connection.send(FrameType.input, { offset: piece.offset, payload: piece.bytes });
    }
    const { empty } = this.#window;
    if (empty) this.#settleDrained();
    return empty;
  }

  #settleDrained(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #acceptInput(offset: number): void {
    this.#window.accept(offset);
    this.#sendInput();
    this.#handlers.onInputAccepted(offset);
  }

  #take(frame: Frame): void {
    const { type, payload, offset } = frame;
    if (type === FrameType.data) this.#handlers.onData(frame.stream, offset, payload);
    else if (type === FrameType.ack) this.#acceptInput(offset);
    else if (type === FrameType.skipped) this.#handlers.onSkipped(offset, decodeSkipped(payload));
    else if (type === FrameType.exit) this.#handlers.onExit(decodeExit(payload, offset));
    else if (type === FrameType.open) this.#takeOpened(decodeOpened(payload, offset));
    else if (type === FrameType.error) throw errorOfFailure(decodeFailure(payload));
  }

  #takeOpened(opened: Opened): void {
    this.#window.accept(opened.inputAccepted);
    this.#opened.resolve(opened);
  }
}

function flagsOf({ output, input, lossless }: SessionRequest): number {
  return (output ? VIEW_OUTPUT : 0) | (input ? VIEW_INPUT : 0) | (lossless ? VIEW_LOSSLESS : 0);
}
