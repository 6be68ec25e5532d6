/** Numbered lines: what is lost, doubled or out of place is found by counting. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { BOX, type TestAgent } from '../harness/agent.ts';

/**
 * Throws unless `text` is exactly the lines `<word> <first>`, `<word> <first + 1>` … each once and in order, the last one complete.
 * @returns the number of the last line; `first - 1` for an empty text
 */
export function countLines(text: string, word: string, first = 1): number {
  let number = first;
  let at = 0;
  while (at < text.length) {
    const line = `${word} ${number}\n`;
    if (!text.startsWith(line, at)) {
      const around = JSON.stringify(text.slice(Math.max(0, at - 60), at + 100));
      throw new Error(`"${word} ${number}" expected at ${at} of ${text.length}, there is …${around}…`);
    }
    at += line.length;
    number++;
  }
  return number - 1;
}

/** bin/box in the background with everything it printed. */
export class Client {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;

  constructor(agent: TestAgent, args: readonly string[]) {
    this.child = spawn(BOX, args, { env: agent.env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Waits until its stdout holds `text`. */
  async heard(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`it ended without "${text}": ${this.stderr}`);
      await Promise.race([once(this.child.stdout as NodeJS.ReadableStream, 'data'), this.ended]);
    }
  }

  /** stderr without the line about an agent that is away, which comes between any two bytes of the box's. */
  get plainStderr(): string {
    return this.stderr.replaceAll(/box: the agent is away[^\n]*\n/g, '');
  }
}
