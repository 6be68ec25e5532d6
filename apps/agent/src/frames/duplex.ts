/** A connection that carries frames, whatever it is made of: a raw socket or a WebSocket. */
export interface Duplex {
  /** Takes one whole frame. Dropped when the connection is gone. */
  send(frame: Uint8Array): void;
  /** Bytes taken by `send` that the kernel has not taken yet: what a client that does not read costs. */
  readonly buffered: number;
  /** Sends what was taken, then ends the connection. Idempotent. */
  close(): void;
  listen(listener: DuplexListener): void;
}

export interface DuplexListener {
  /** Bytes in order, cut anywhere; valid until the call returns. */
  bytes(chunk: Uint8Array): void;
  /** `buffered` fell to 0 after it was not. */
  drained(): void;
  /** Gone, for whatever reason. Once. */
  closed(): void;
}

/** Above this, nothing new is asked for on behalf of the client (each channel adds at most its window). */
export const BUFFERED_HIGH_BYTES = 256 * 1024;
