/**
 * stdout and stderr of a session. Files and terminals are written at once; a pipe is written without blocking (its reader may wait for
 * us to read its other end), on a descriptor of our own, so that whoever shares the pipe does not find it non-blocking.
 */
import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Taken } from '@boxyard/api/client';
import { EXIT_PIPE, writeTo } from '../output/print.ts';

export class StandardOutput {
  readonly #fd: number;
  readonly #socket: Socket | undefined;
  #gone = false;
  /** One for all that wait: the reader has caught up. */
  #drained: Promise<void> | undefined;

  constructor(fd: 1 | 2) {
    this.#fd = fd;
    const stat = fstatSync(fd);
    if (!stat.isFIFO() && !stat.isSocket()) return;
    this.#socket = new Socket({ fd: ownDescriptor(fd, constants.O_WRONLY), readable: false, writable: true });
    this.#socket.on('error', () => {
      this.#gone = true;
      // Nobody reads what the box prints any more: end as a program does that a closed pipe kills, without a word.
      if (fd === 1) process.exit(EXIT_PIPE);
    });
  }

  /** A promise while the reader is slow, for the sender to wait for. */
  write(bytes: Uint8Array): Taken {
    if (this.#gone) return undefined;
    if (!this.#socket) {
      writeTo(this.#fd, bytes);
      return undefined;
    }
    if (this.#socket.write(bytes)) return undefined;
    this.#drained ??= this.#drain(this.#socket);
    return this.#drained;
  }

  #drain(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done);
        this.#drained = undefined;
        resolve();
      };
      socket.on('drain', done).on('close', done);
    });
  }

  /** Resolves when everything was taken. */
  flush(): Promise<void> {
    const socket = this.#socket;
    if (!socket || this.#gone || socket.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once('close', () => resolve());
      socket.write('', () => resolve());
    });
  }
}

/** The same pipe opened anew, with flags of its own; sockets cannot be (ENXIO) and are used as they are. */
export function ownDescriptor(fd: number, access: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, access | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}
