import { isatty } from 'node:tty';
import { BoxError } from '@boxyard/spec';

export interface SessionFlags {
  interactive?: boolean;
  /** Undefined: nobody said; false: `-t=false`. */
  tty?: boolean;
  detach?: boolean;
}

/**
 * A shell without ceremony: on a terminal (stdin and stdout both) `run` and `exec` without -d, -i, -t act as -it; `-t=false` switches
 * that off. In a pipe stdin is forwarded only with -i.
 * @throws BoxError INVALID_ARGUMENT for -t when stdin is no terminal
 */
export function sessionMode(
  flags: SessionFlags,
  terminal = { stdin: isatty(0), stdout: isatty(1) },
): { tty: boolean; openStdin: boolean } {
  if (!flags.detach && flags.interactive === undefined && flags.tty === undefined) {
    const both = terminal.stdin && terminal.stdout;
    return { tty: both, openStdin: both };
  }
  if (flags.tty && !flags.detach && !terminal.stdin) {
    throw new BoxError('INVALID_ARGUMENT', '-t needs a terminal, and stdin is none', {
      hint: 'leave -t out (-i alone forwards what is piped in)',
    });
  }
  return { tty: flags.tty === true, openStdin: flags.interactive === true };
}
