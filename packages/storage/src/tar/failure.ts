import { BoxError } from '@boxyard/spec';

const DAMAGED_HINT = 'make the archive again, or fetch it again if the transfer was cut off';

/** The archive breaks its own format. `message` goes on after "cannot import 'x': ". */
export function damaged(message: string, cause?: unknown): BoxError {
  return new BoxError(
    'DAMAGED',
    message,
    cause === undefined ? { hint: DAMAGED_HINT } : { hint: DAMAGED_HINT, cause },
  );
}

/** What was handed in is no archive at all: the caller's mistake, not damage. */
export function noArchive(message: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, {
    hint: 'tar, tar.gz, tar.zst and tar.xz are taken; see what it is: file ARCHIVE',
  });
}

/** The archive asks for something outside its root or outside sense. */
export function hostile(message: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, {
    hint: 'the archive does not look like an honest root file system; import only what you trust',
  });
}

/** A limit that keeps a small archive from filling the host. */
export function tooLarge(message: string): BoxError {
  return new BoxError('RESOURCE_EXHAUSTED', message, {
    hint: 'unpack it by hand and import the directory if it is meant to be so',
  });
}

/** Longest name shown in a message. */
const SHOWN_BYTES = 200;

/** A name from an archive, safe for terminals and logs: anything but printable characters as `\x..`, cut in the middle when long. */
export function printable(name: Uint8Array): string {
  let text = new TextDecoder('utf-8', { fatal: false }).decode(name);
  if (text.length > SHOWN_BYTES) text = `${text.slice(0, SHOWN_BYTES / 2)}…${text.slice(-SHOWN_BYTES / 2)}`;
  return text.replace(/[\p{C}\u2028\u2029\ufffd]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
