import { BoxError } from '@boxyard/spec';

/** JSON as a frame's payload. */
export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** @throws BoxError INVALID_ARGUMENT: the client is broken, not merely wrong. */
export function decodeJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch (error) {
    throw new BoxError('INVALID_ARGUMENT', 'a frame that should hold JSON does not', { cause: error });
  }
}

/** Bytes granted by a credit frame. */
export function decodeCredit(payload: Uint8Array): number {
  if (payload.length !== 4) throw new BoxError('INVALID_ARGUMENT', 'a credit frame holds 4 bytes');
  return new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0, true);
}
