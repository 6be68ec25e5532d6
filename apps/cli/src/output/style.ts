import { isatty } from 'node:tty';

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;
export type Style = keyof typeof CODES;

/** Colour goes to terminals only, never with NO_COLOR set to anything (no-color.org) or on a terminal without it. */
export function hasColour(fd: number): boolean {
  return isatty(fd) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** `text` in a style where descriptor `fd` shows colour, else as it is. */
export function style(text: string, name: Style, fd = 1): string {
  if (!hasColour(fd)) return text;
  const [on, off] = CODES[name];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
