import { isatty } from 'node:tty';
import { writeTo } from './print.ts';

const UP = (lines: number) => `\u001b[${lines}A\r`;
const ERASE_LINE_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/** Text that is renewed: over what it was on a terminal, one after the other in a pipe. */
export class LiveBlock {
  readonly #fd: 1 | 2;
  readonly #terminal: boolean;
  #lines = 0;

  constructor(fd: 1 | 2 = 1) {
    this.#fd = fd;
    this.#terminal = isatty(fd);
  }

  /** @param text whole lines. What does not fit on the terminal's height is left out: it could not be taken back. */
  show(text: string): void {
    if (!this.#terminal) {
      writeTo(this.#fd, text);
      return;
    }
    const { rows, columns } = this.#fd === 1 ? process.stdout : process.stderr;
    const lines = text
      .split('\n')
      .slice(0, -1)
      .slice(0, Math.max(rows - 1, 1));
    const cut = lines.map((line) => (line.includes('\u001b') ? line : line.slice(0, columns)));
    const back = this.#lines > 0 ? UP(this.#lines) : '';
    const block = cut.map((line) => `${line}${ERASE_LINE_END}\n`).join('');
    writeTo(this.#fd, `${back}${block}${ERASE_BELOW}`);
    this.#lines = lines.length;
  }
}
