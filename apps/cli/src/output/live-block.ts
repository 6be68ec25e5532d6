import { isatty } from 'node:tty';
import { write } from './print.ts';

const UP = (lines: number) => `\u001b[${lines}A\r`;
const ERASE_LINE_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/** Text that is renewed: over what it was on a terminal, one after the other in a pipe. */
export class LiveBlock {
  readonly #terminal = isatty(1);
  #lines = 0;

  /** @param text whole lines. What does not fit on the terminal's height is left out: it could not be taken back. */
  show(text: string): void {
    if (!this.#terminal) {
      write(text);
      return;
    }
    const { rows, columns } = process.stdout;
    const lines = text
      .split('\n')
      .slice(0, -1)
      .slice(0, Math.max(rows - 1, 1));
    const cut = lines.map((line) => (line.includes('\u001b') ? line : line.slice(0, columns)));
    const back = this.#lines > 0 ? UP(this.#lines) : '';
    write(`${back}${cut.map((line) => `${line}${ERASE_LINE_END}\n`).join('')}${ERASE_BELOW}`);
    this.#lines = lines.length;
  }
}
