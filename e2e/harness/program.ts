/** A program that runs while the test goes on. What it prints is kept, its end is never missed. */
import { type ChildProcess, spawn } from 'node:child_process';

const WAIT_MS = 10_000;

export class Program implements Disposable {
  stdout = '';
  stderr = '';
  /** Its exit code, or the name of the signal that ended it; after its last output. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  #waiting: (() => void)[] = [];
  #over = false;
  /** Where the next `printed` begins to look. */
  #seen = 0;

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#check();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#over = true;
        this.#check();
        resolve(signal ?? code ?? -1);
      });
    });
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }

  /** Waits until `text` is printed on stdout, after what the last call found. */
  printed(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting = this.#waiting.filter((other) => other !== check);
      };
      const fail = () => {
        done();
        reject(
          new Error(
            `${JSON.stringify(text)} was not printed; there was: ${JSON.stringify(this.stdout)} ${this.stderr}`,
          ),
        );
      };
      const check = () => {
        const at = this.stdout.indexOf(text, this.#seen);
        if (at === -1) {
          if (this.#over) fail();
          return;
        }
        this.#seen = at + text.length;
        done();
        resolve();
      };
      const timer = setTimeout(fail, WAIT_MS);
      this.#waiting.push(check);
      check();
    });
  }

  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  closeInput(): void {
    this.#child.stdin?.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  [Symbol.dispose](): void {
    if (!this.#over) this.#child.kill('SIGKILL');
  }
}
