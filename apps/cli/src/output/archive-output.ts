/** Archives on their way out: to a file, whole or not at all, or to stdout. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { BoxError } from '@boxyard/spec';
import { write } from './print.ts';

/** Archives can hold what is nobody else's business. */
const FILE_MODE = 0o600;
/** By what a shell ends a program, with the exit code it shows for each. */
const ENDING_SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Refuses a terminal before anything is asked of the agent. `file` undefined or `-` is stdout; `verb` is for the message. */
export function checkArchiveOutput(verb: string, file: string | undefined): void {
  if ((file !== undefined && file !== '-') || !isatty(1)) return;
  throw new BoxError('INVALID_ARGUMENT', `${verb}: an archive is not for a terminal`, {
    hint: `write it to a file with -o, or send it on: box ${verb} … | gzip > file`,
  });
}

/** Writes an archive as it comes. A file has its name only once it is whole: a failed or interrupted command leaves none. */
export async function writeArchive(
  chunks: AsyncIterable<Uint8Array>,
  file: string | undefined,
): Promise<void> {
  if (file === undefined || file === '-') {
    for await (const chunk of chunks) write(chunk);
    return;
  }
  const special = statSync(file, { throwIfNoEntry: false })?.isFile() === false;
  // Devices and pipes are written to, not replaced.
  if (special) return writeTo(file, chunks);
  const partial = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString('hex')}.partial`);
  const end = (signal: keyof typeof ENDING_SIGNALS) => {
    rmSync(partial, { force: true });
    process.exit(ENDING_SIGNALS[signal]);
  };
  const signals = Object.keys(ENDING_SIGNALS) as (keyof typeof ENDING_SIGNALS)[];
  for (const signal of signals) process.on(signal, end);
  try {
    await writeTo(partial, chunks);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

async function writeTo(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const fd = openFile(path);
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at, chunk.length - at);
    }
  } catch (error) {
    throw outputFailure(error, path);
  } finally {
    closeSync(fd);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w', FILE_MODE);
  } catch (error) {
    throw outputFailure(error, path);
  }
}

function outputFailure(error: unknown, path: string): unknown {
  if (error instanceof BoxError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const place = dirname(path);
  switch (code) {
    case 'ENOENT':
      return new BoxError('NOT_FOUND', `there is no directory ${place}`, {
        hint: `make it first: mkdir -p ${place}`,
      });
    case 'EACCES':
    case 'EROFS':
      return new BoxError('PERMISSION_DENIED', `nothing can be written to ${place}`, { cause: error });
    case 'EISDIR':
      return new BoxError('INVALID_ARGUMENT', `${path} is a directory`, { hint: 'give the name of a file' });
    case 'ENOSPC':
    case 'EDQUOT':
      return new BoxError('RESOURCE_EXHAUSTED', `the disk of ${place} is full`, {
        hint: 'free some space there; nothing was left behind',
      });
    default:
      return error;
  }
}
