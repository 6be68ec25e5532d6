/**
 * The frames every stream is made of: shim ↔ agent ↔ browser and command line.
 *
 * 16 bytes, little endian: `u8 type, u8 stream, u16 channel (0 on shim sockets), u32 length, u64 offset`, then `length` bytes.
 * docs/protocol.md says what each type carries on which connection.
 */
export const FRAME_HEADER_BYTES = 16;
/** A longer frame is rubbish: the connection is closed with an error. Data is cut into frames of at most 64 KiB by the senders. */
export const FRAME_MAX_BYTES = 1024 * 1024;
export const FRAME_DATA_BYTES = 64 * 1024;
/** What a viewer grants at first, and how much it takes before it grants again. */
export const CREDIT_WINDOW_BYTES = 256 * 1024;
export const CREDIT_GRANT_BYTES = 64 * 1024;
/** Input a client may have unacknowledged: the size of its queue in the shim. */
export const INPUT_WINDOW_BYTES = 64 * 1024;
/** "From now on" as the offset of an open frame. */
export const OFFSET_LIVE = 0xffff_ffff_ffff_ffffn;

export const FrameType = {
  hello: 1,
  open: 2,
  data: 3,
  input: 4,
  ack: 5,
  closeInput: 6,
  resize: 7,
  signal: 8,
  credit: 9,
  skipped: 10,
  snapshot: 11,
  exit: 12,
  error: 13,
  feed: 14,
  state: 15,
  exec: 16,
  close: 17,
} as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** `stream` of data frames. A terminal is one stream: stdout. */
export const Stream = { none: 0, stdout: 1, stderr: 2 } as const;

export interface Frame {
  type: number;
  stream: number;
  channel: number;
  /** Byte offset or request id, 0 to 2^53 - 1 as a number (OFFSET_LIVE is -1). */
  offset: number;
  payload: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** One frame as bytes. `offset` -1 stands for OFFSET_LIVE. */
export function encodeFrame(type: number, fields: Partial<Omit<Frame, 'type'>> = {}): Uint8Array {
  const payload = fields.payload ?? EMPTY;
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  writeFrameHeader(bytes, {
    type,
    stream: fields.stream ?? 0,
    channel: fields.channel ?? 0,
    offset: fields.offset ?? 0,
    payload,
  });
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

/** Writes the 16 header bytes alone, for senders that keep header and payload apart (writev). */
export function writeFrameHeader(target: Uint8Array, frame: Frame): void {
  const view = new DataView(target.buffer, target.byteOffset, FRAME_HEADER_BYTES);
  view.setUint8(0, frame.type);
  view.setUint8(1, frame.stream);
  view.setUint16(2, frame.channel, true);
  view.setUint32(4, frame.payload.length, true);
  view.setBigUint64(8, frame.offset < 0 ? OFFSET_LIVE : BigInt(frame.offset), true);
}

/** Thrown by FrameDecoder for bytes that are no frame; the connection cannot be used any more. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/**
 * Cuts a byte stream into frames, however the bytes arrive. Payloads are views into the pushed chunk where they lie whole in it:
 * take what you need before the next `push` if the chunk's memory is reused.
 */
export class FrameDecoder {
  #rest: Uint8Array = EMPTY;

  /** Yields each complete frame. Throws FrameError for an unknown type or an over-long frame. */
  *push(chunk: Uint8Array): Generator<Frame> {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
      this.#rest = EMPTY;
    }
    let at = 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const type = view.getUint8(at);
      const length = view.getUint32(at + 4, true);
      if (type < 1 || type > FrameType.close) throw new FrameError(`unknown frame type ${type}`);
      if (length > FRAME_MAX_BYTES)
        throw new FrameError(`frame of ${length} bytes is longer than ${FRAME_MAX_BYTES}`);
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > bytes.length) break;
      const offset = view.getBigUint64(at + 8, true);
      yield {
        type,
        stream: view.getUint8(at + 1),
        channel: view.getUint16(at + 2, true),
        offset: offset === OFFSET_LIVE ? -1 : Number(offset),
        payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
      };
      at = end;
    }
    // Not slice(): of a Buffer that is a view, and the chunk's memory may be reused.
    if (at < bytes.length) this.#rest = new Uint8Array(bytes.subarray(at));
  }

  /** Bytes of an unfinished frame: anything but 0 at the end of a stream means it was cut off. */
  get pending(): number {
    return this.#rest.length;
  }
}
