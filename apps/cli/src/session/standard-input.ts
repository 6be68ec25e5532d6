import { constants, createReadStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { ownDescriptor } from './standard-output.ts';

/** As much as one frame of input carries. */
const READ_BYTES = 64 * 1024;

export interface InputHandlers {
  /** False: stop until `resume`. */
  data(bytes: Uint8Array): boolean;
  /** A clean end: the file was read, the writer closed its pipe, Ctrl-D. */
  end(): void;
  /** The terminal is gone (EIO): nobody ended anything. */
  lost(): void;
}

export interface StandardInput {
  resume(): void;
}

/** Reads stdin, whatever it is, no faster than it is taken. Pipes are read on a descriptor of our own (see StandardOutput). */
export function readStandardInput(handlers: InputHandlers): StandardInput {
  const stream = openStandardInput();
  stream.on('data', (chunk: Buffer) => {
    if (!handlers.data(chunk)) stream.pause();
  });
  stream.on('end', () => handlers.end());
  stream.on('error', () => handlers.lost());
  return { resume: () => stream.resume() };
}

/** stdin as a stream, whatever it is; nothing is read before somebody asks. */
export function openStandardInput(): Readable {
  if (isatty(0)) return process.stdin;
  const stat = fstatSync(0);
  if (stat.isFIFO() || stat.isSocket()) {
    return new Socket({ fd: ownDescriptor(0, constants.O_RDONLY), readable: true, writable: false });
  }
  return createReadStream('', { fd: 0, highWaterMark: READ_BYTES, autoClose: false });
}
