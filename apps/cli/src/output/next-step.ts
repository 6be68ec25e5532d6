import { isatty } from 'node:tty';
import { note } from './print.ts';
import { style } from './style.ts';

/** A line for people: on stderr, and only when that is a terminal (scripts capture the id on stdout). */
export function nextStep(line: string): void {
  if (isatty(2)) note(style(line, 'dim', 2));
}
