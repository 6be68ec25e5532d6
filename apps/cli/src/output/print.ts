import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** 128 + SIGPIPE: what a program killed by a closed pipe shows to the shell. */
export const EXIT_PIPE = 141;
/** A shared pipe may have been made non-blocking by somebody else: wait this long before trying again. */
const RETRY_MS = 2;

/** All of `text` to stdout, in order, waiting while the reader is slow. A reader that went away ends the program quietly. */
export function write(text: string | Uint8Array): void {
  writeTo(1, text);
}

/** All of `text` to a descriptor, see `write`. */
export function writeTo(fd: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at, bytes.length - at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      else if (code === 'EPIPE') process.exit(EXIT_PIPE);
      else if (fd === 2) return;
      else throw error;
    }
  }
}

/** One line to stdout. */
export function print(line: string): void {
  write(`${line}\n`);
}

/** One line to stderr. On a terminal in raw mode a newline alone does not go back to the first column. */
export function note(line: string): void {
  // process.stdin is made when it is first asked for: for a socket that somebody reads already that throws EEXIST.
  const raw = isatty(0) && process.stdin.isRaw;
  writeTo(2, raw ? `\r${line}\r\n` : `${line}\n`);
}
