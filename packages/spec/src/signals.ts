import { BoxError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Signals of Linux on x86-64 and arm64 (signal(7); the two agree), SIGRTMIN and up as glibc counts them. */
const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  IOT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  POLL: 29,
  PWR: 30,
  SYS: 31,
  RTMIN: 34,
  RTMAX: 64,
};
const LAST_SIGNAL = 64;

/** Every name, without SIG. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(NUMBERS);

const NAMES = new Map<number, string>();
// Of two names for one number the first is the usual one.
for (const [name, number] of Object.entries(NUMBERS)) if (!NAMES.has(number)) NAMES.set(number, name);

/**
 * The number of a signal given by number or by name, with or without SIG, in any case: `15`, `TERM`, `sigterm`, `RTMIN+3`, `RTMAX-1`.
 * @throws BoxError INVALID_ARGUMENT with the nearest name
 */
export function parseSignal(text: string): number {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number >= 1 && number <= LAST_SIGNAL) return number;
    throw unknownSignal(text, `signals go from 1 to ${LAST_SIGNAL}`);
  }
  const word = text.toUpperCase().replace(/^SIG/, '');
  const [, base, distance] = /^(RTMIN\+|RTMAX-)(\d{1,2})$/.exec(word) ?? [];
  if (base !== undefined) {
    const number = base === 'RTMIN+' ? 34 + Number(distance) : 64 - Number(distance);
    if (number >= 34 && number <= 64) return number;
    throw unknownSignal(text, 'real-time signals go from RTMIN to RTMIN+30 = RTMAX');
  }
  const number = Object.hasOwn(NUMBERS, word) ? NUMBERS[word] : undefined;
  if (number !== undefined) return number;
  const near = nearest(word, Object.keys(NUMBERS));
  throw unknownSignal(text, near ? `did you mean ${near}?` : 'for example TERM, SIGHUP or 9');
}

/** `SIGTERM`, `SIGRTMIN+3`; a number that no signal has as it is. */
export function signalName(number: number): string {
  const name = NAMES.get(number);
  if (name) return `SIG${name}`;
  return number > 34 && number < 64 ? `SIGRTMIN+${number - 34}` : String(number);
}

function unknownSignal(text: string, hint: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `"${text}" is no signal`, { hint });
}
