/** A program on a real pseudo-terminal, for tests of what a person at a terminal sees. Python's standard library makes the terminal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const DRIVER = join(import.meta.dirname, 'terminal_driver.py');
const WAIT_MS = 10_000;

/** termios(3): bits of the modes that `modes()` answers with. */
const ECHO = 0o10;
const ICANON = 0o2;
const OPOST = 0o1;

export interface TerminalOptions {
  rows?: number;
  columns?: number;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

export class Terminal implements AsyncDisposable {
  /** Everything that was printed, escape sequences included. */
  output = '';
  /** Resolves to the exit code; 128 + n when signal n ended it. */
  readonly exited: Promise<number>;
  readonly #driver: ChildProcess;
  #waiting: (() => void)[] = [];
  #modes: ((modes: number[]) => void)[] = [];
  /** The driver is gone: nothing more will be printed. */
  #over = false;
  /** Where the next `waitFor` begins to look. */
  #seen = 0;

  constructor(program: string, args: readonly string[], options: TerminalOptions = {}) {
    const { rows = 24, columns = 80, env = process.env, cwd } = options;
    this.#driver = spawn('python3', [DRIVER, String(rows), String(columns), program, ...args], {
      env: { ...env, TERM: 'xterm-256color' },
      cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#driver.once('exit', () => {
      this.#over = true;
      for (const check of this.#waiting) check();
    });
    const decoder = new TextDecoder();
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    createInterface({ input: this.#driver.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const message = JSON.parse(line) as { data?: string; exit?: number; modes?: number[] };
      if (message.data !== undefined) {
        this.output += decoder.decode(Buffer.from(message.data, 'base64'), { stream: true });
      }
      if (message.modes) this.#modes.shift()?.(message.modes);
      if (message.exit !== undefined) resolve(message.exit < 0 ? 128 - message.exit : message.exit);
      for (const check of this.#waiting) check();
    });
  }

  #send(message: object): void {
    this.#driver.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Types. */
  write(text: string): void {
    this.#send({ write: Buffer.from(text).toString('base64') });
  }

  resize(rows: number, columns: number): void {
    this.#send({ resize: [rows, columns] });
  }

  signal(name: NodeJS.Signals): void {
    this.#send({ signal: constants.signals[name] });
  }

  /** Whether the terminal is as a shell leaves it to a program: echo, whole lines, output processing. */
  async isCooked(): Promise<boolean> {
    const [, oflag = 0, lflag = 0] = await new Promise<number[]>((resolve) => {
      this.#modes.push(resolve);
      this.#send({ modes: true });
    });
    return (lflag & ECHO) !== 0 && (lflag & ICANON) !== 0 && (oflag & OPOST) !== 0;
  }

  /** Waits until `pattern` is printed after what the last call found, and returns the match. */
  waitFor(pattern: RegExp | string): Promise<RegExpExecArray> {
    const regex =
      typeof pattern === 'string' ? new RegExp(pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')) : pattern;
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const check = () => {
      const match = regex.exec(this.output.slice(this.#seen));
      if (!match) {
        if (this.#over) fail();
        return;
      }
      this.#seen += match.index + match[0].length;
      done();
      resolve(match);
    };
    const fail = () => {
      done();
      reject(new Error(`${regex} was not printed; there was: ${JSON.stringify(this.output.slice(-2000))}`));
    };
    const timer = setTimeout(fail, WAIT_MS);
    const done = () => {
      clearTimeout(timer);
      this.#waiting = this.#waiting.filter((other) => other !== check);
    };
    this.#waiting.push(check);
    check();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#driver.once('exit', resolve));
    if (this.#driver.exitCode !== null) return;
    this.#driver.stdin?.end();
    await ended;
  }
}
