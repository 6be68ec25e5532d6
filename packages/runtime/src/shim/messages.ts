/** Payloads of the frames on shim sockets (docs/protocol.md, "Frames on shim sockets"): pure codecs, little endian. */
import type { ExitStatus } from '@boxyard/spec';

export const PROTOCOL_LOWEST = 1;
export const PROTOCOL_HIGHEST = 1;

/** Flags of a session beyond SESSION_TTY, SESSION_STDIN, SESSION_HOLD. */
export const SESSION_INPUT_CLOSED = 256;
export const SESSION_EXITED = 512;
/** Flags of an attach connection's `open`. */
export const VIEW_OUTPUT = 1;
export const VIEW_INPUT = 2;
export const VIEW_LOSSLESS = 4;
const EXIT_OOM = 1;

export interface Hello {
  lowest: number;
  highest: number;
  features: number;
  build: string;
}

/** How a session's process ended. */
export interface SessionExit {
  /** `""`: the box's init. */
  id: string;
  status: ExitStatus;
  /** Nanoseconds since 1970. */
  finishedAt: bigint;
  /** End of its output. */
  outputEnd: number;
}

export interface SessionState {
  id: string;
  flags: number;
  pid: number;
  /** Set when it has ended. */
  exit?: SessionExit | undefined;
  outputEnd: number;
  oldestOffset: number;
  rows: number;
  columns: number;
}

export interface ShimState {
  initPid: number;
  status: 'starting' | 'running' | 'exited';
  /** Nanoseconds since 1970; 0 before execve. */
  startedAt: bigint;
  sessions: SessionState[];
}

/** A plan's operation that failed in the helper, or a request that the shim refused. */
export interface ShimFailure {
  errno: number;
  /** Of the operation; 0: not from a plan. */
  opcode: number;
  index: number;
  text: string;
}

/** The shim sent something that the protocol does not know. */
export class ShimProtocolError extends Error {
  override name = 'ShimProtocolError';
}

const utf8 = new TextEncoder();

class Writer {
  readonly #parts: Buffer[] = [];

  u16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return this.bytes(bytes);
  }
  u32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return this.bytes(bytes);
  }
  u64(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return this.bytes(bytes);
  }
  id(value: string): this {
    return this.bytes(Buffer.from([value.length])).bytes(Buffer.from(value, 'latin1'));
  }
  bytes(value: Uint8Array): this {
    this.#parts.push(Buffer.from(value.buffer, value.byteOffset, value.length));
    return this;
  }
  done(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

/** Reads fields in order; past the end it throws ShimProtocolError. */
class Reader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  id(): string {
    const length = this.#view.getUint8(this.#take(1));
    return this.#text(length);
  }
  rest(): string {
    return this.#text(this.#bytes.length - this.#at);
  }
  #text(length: number): string {
    const at = this.#take(length);
    return Buffer.from(this.#bytes.subarray(at, at + length)).toString();
  }
  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length)
      throw new ShimProtocolError(`the shim's ${this.#what} frame is too short`);
    this.#at = at + length;
    return at;
  }
}

export function encodeHello(build: string): Uint8Array {
  return new Writer().u16(PROTOCOL_LOWEST).u16(PROTOCOL_HIGHEST).u32(0).bytes(utf8.encode(build)).done();
}

export function decodeHello(payload: Uint8Array): Hello {
  const reader = new Reader(payload, 'hello');
  return { lowest: reader.u16(), highest: reader.u16(), features: reader.u32(), build: reader.rest() };
}

/** Payload of close and ack. */
export const encodeId = (id: string): Uint8Array => new Writer().id(id).done();
export const encodeSignal = (signal: number, id: string): Uint8Array =>
  new Writer().u32(signal).id(id).done();
export const encodeResize = (rows: number, columns: number, id: string): Uint8Array =>
  new Writer().u16(rows).u16(columns).id(id).done();

export interface ExecRequest {
  id: string;
  /** SESSION_* */
  flags: number;
  rows: number;
  columns: number;
  ringBytes: number;
}
export const encodeExec = ({ id, flags, rows, columns, ringBytes }: ExecRequest): Uint8Array =>
  new Writer().u32(flags).u16(rows).u16(columns).u32(ringBytes).id(id).done();

export const decodePid = (payload: Uint8Array): number => new Reader(payload, 'ack').u32();

const EXIT_STATUS = ['starting', 'running', 'exited'] as const;

export function decodeState(payload: Uint8Array): ShimState {
  const reader = new Reader(payload, 'state');
  const initPid = reader.u32();
  const status = EXIT_STATUS[reader.u32()];
  if (!status) throw new ShimProtocolError('the shim is in a state that nobody knows');
  const startedAt = reader.u64();
  const count = reader.u16();
  const sessions = Array.from({ length: count }, () => decodeSession(reader));
  return { initPid, status, startedAt, sessions };
}

function decodeSession(reader: Reader): SessionState {
  const id = reader.id();
  const flags = reader.u32();
  const pid = reader.u32();
  const code = reader.i32();
  const signal = reader.u32();
  const finishedAt = reader.u64();
  const outputEnd = Number(reader.u64());
  const session = {
    id,
    flags,
    pid,
    outputEnd,
    oldestOffset: Number(reader.u64()),
    rows: reader.u16(),
    columns: reader.u16(),
  };
  if ((flags & SESSION_EXITED) === 0) return session;
  return { ...session, exit: { id, status: exitStatus(code, signal, false), finishedAt, outputEnd } };
}

function exitStatus(code: number, signal: number, oom: boolean): ExitStatus {
  if (oom) return { kind: 'oom', signal };
  return code < 0 ? { kind: 'signal', signal } : { kind: 'code', code };
}

/** @param offset of the frame: end of the session's output */
export function decodeExit(payload: Uint8Array, offset: number): SessionExit {
  const reader = new Reader(payload, 'exit');
  const code = reader.i32();
  const signal = reader.u32();
  const flags = reader.u32();
  const finishedAt = reader.u64();
  const status = exitStatus(code, signal, (flags & EXIT_OOM) !== 0);
  return { id: reader.id(), status, finishedAt, outputEnd: offset };
}

export function decodeFailure(payload: Uint8Array): ShimFailure {
  const reader = new Reader(payload, 'error');
  return { errno: reader.u32(), opcode: reader.u16(), index: reader.u16(), text: reader.rest() };
}

export interface AttachRequest {
  /** VIEW_* */
  flags: number;
  credit: number;
  /** Who types: input offsets count per client. */
  clientId: bigint;
  id: string;
}
export const encodeOpen = ({ flags, credit, clientId, id }: AttachRequest): Uint8Array =>
  new Writer().u32(flags).u32(credit).u64(clientId).id(id).done();
export const encodeViewerResize = (rows: number, columns: number): Uint8Array =>
  new Writer().u16(rows).u16(columns).done();
export const encodeU32 = (value: number): Uint8Array => new Writer().u32(value).done();

/** The shim's answer to `open`. */
export interface Opened {
  /** First byte that will be sent. */
  offset: number;
  oldestOffset: number;
  endOffset: number;
  /** How much of this client's input the session has. */
  inputAccepted: number;
  /** SESSION_*, SESSION_INPUT_CLOSED, SESSION_EXITED. */
  flags: number;
  rows: number;
  columns: number;
}

export function decodeOpened(payload: Uint8Array, offset: number): Opened {
  const reader = new Reader(payload, 'open');
  return {
    offset,
    oldestOffset: Number(reader.u64()),
    endOffset: Number(reader.u64()),
    inputAccepted: Number(reader.u64()),
    flags: reader.u32(),
    rows: reader.u16(),
    columns: reader.u16(),
  };
}

/** Where output goes on after a gap. */
export const decodeSkipped = (payload: Uint8Array): number => Number(new Reader(payload, 'skipped').u64());
