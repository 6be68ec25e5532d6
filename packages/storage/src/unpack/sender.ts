import { readSync, writeSync } from 'node:fs';
import {
  type BoxError,
  encodeOperation,
  encodePlanHeader,
  FrameDecoder,
  FrameType,
  op,
  type PlanOperation,
} from '@boxyard/spec';
import { helperFailure, helperVanished } from './helper-failure.ts';

/** Small operations are sent together: a system call for each would cost more than the operation. */
const BATCH_BYTES = 128 * 1024;
/** Larger data is sent as it is, without the detour over the batch. */
const DIRECT_BYTES = 32 * 1024;
const ANSWER_BYTES = 64 * 1024;

/**
 * Streams plan operations to an unpack helper over blocking descriptors: a helper that is slower than we are makes `writeSync` wait,
 * which is all the back-pressure there is to do. For Workers only.
 */
export class PlanSender {
  readonly #plan: number;
  readonly #frames: number;
  readonly #explain: (payload: Uint8Array) => BoxError;
  readonly #batch = Buffer.allocUnsafe(BATCH_BYTES);
  #filled = 0;
  #operations = 0;

  /** The other ends of the helper's descriptors 3 and 4; `explain` turns its error frame into what the user is told. */
  constructor(descriptors: { plan: number; frames: number }, explain = helperFailure) {
    this.#plan = descriptors.plan;
    this.#frames = descriptors.frames;
    this.#explain = explain;
    this.#append(encodePlanHeader());
  }

  send(operation: PlanOperation): void {
    this.#operations++;
    this.#append(encodeOperation(operation));
  }

  /** Ends the plan and waits for the helper's answer. Throws the BoxError that the helper reports. */
  finish(): void {
    this.send(op('end'));
    this.#flush();
    const failure = this.#answer();
    if (failure) throw failure;
  }

  #append(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > BATCH_BYTES || bytes.length > DIRECT_BYTES) this.#flush();
    if (bytes.length > DIRECT_BYTES) this.#write(bytes);
    else {
      this.#batch.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
  }

  #flush(): void {
    const filled = this.#filled;
    this.#filled = 0;
    this.#write(this.#batch.subarray(0, filled));
  }

  #write(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#plan, bytes, at);
    } catch (error) {
      // EPIPE, ECONNRESET: the helper ended. It says why before it does.
      throw this.#answer() ?? helperVanished(error);
    }
  }

  /** What the helper said: nothing when it obeyed everything. */
  #answer(): BoxError | undefined {
    const decoder = new FrameDecoder();
    const buffer = Buffer.alloc(ANSWER_BYTES);
    for (;;) {
      const length = readSync(this.#frames, buffer);
      if (length === 0) return helperVanished();
      for (const frame of decoder.push(buffer.subarray(0, length))) {
        if (frame.type === FrameType.error) return this.#explain(frame.payload);
        if (frame.type === FrameType.ack) {
          // `end` is not counted.
          const obeyed = frame.offset === this.#operations - 1;
          return obeyed
            ? undefined
            : helperVanished(new Error(`obeyed ${frame.offset} of ${this.#operations}`));
        }
      }
    }
  }
}
