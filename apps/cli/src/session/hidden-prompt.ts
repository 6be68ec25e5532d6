import { StringDecoder } from 'node:string_decoder';
import { BoxError } from '@boxyard/spec';
import { writeTo } from '../output/print.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
/** Takes the last character off the screen. */
const RUB_OUT = '\b \b';
const BACKSPACES: ReadonlySet<string> = new Set(['\u007f', '\b']);
const ENDS: ReadonlySet<string> = new Set(['\r', '\n', CTRL_D]);

/**
 * Asks on the terminal for something that nobody should see, and shows nothing of it. Several questions share one reader, so that what
 * is pasted with its line end answers them in turn.
 */
export class HiddenPrompt implements Disposable {
  #decoder = new StringDecoder('utf8');
  #waiting: string[] = [];
  #arrived = () => {};
  #take = (bytes: Buffer) => {
    this.#waiting.push(...this.#decoder.write(bytes));
    this.#arrived();
  };

  constructor() {
    process.stdin.setRawMode(true).on('data', this.#take).resume();
  }

  /** The line that is typed; `shown` for one that is no secret. @throws BoxError CANCELLED at Ctrl-C */
  async ask(question: string, { shown = false } = {}): Promise<string> {
    writeTo(2, question);
    const line: string[] = [];
    for (;;) {
      const key = await this.#key();
      if (key === CTRL_C || ENDS.has(key)) {
        writeTo(2, '\r\n');
        if (key === CTRL_C) throw new BoxError('CANCELLED', 'cancelled');
        return line.join('');
      }
      const before = line.length;
      if (BACKSPACES.has(key)) line.pop();
      else if (key === CTRL_U) line.length = 0;
      else if (key >= ' ' || !shown) line.push(key);
      if (shown) writeTo(2, line.length > before ? key : RUB_OUT.repeat(before - line.length));
    }
  }

  async #key(): Promise<string> {
    while (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#waiting.shift() ?? '';
  }

  [Symbol.dispose](): void {
    process.stdin.off('data', this.#take).pause().setRawMode(false);
  }
}
