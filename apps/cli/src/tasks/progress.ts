/** How a task is shown: bars in a block that is renewed on a terminal, lines in a pipe. */
import { isatty } from 'node:tty';
import type { TaskView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import type { Command } from 'commander';
import { LiveBlock } from '../output/live-block.ts';
import { writeTo } from '../output/print.ts';
import { Bars, Changes } from './bars.ts';
import type { TaskDisplay } from './follow.ts';

export interface ProgressOptions {
  /** auto, tty or plain. */
  progress?: string;
  quiet?: boolean;
}

export function progressOptions(command: Command): Command {
  return command
    .option('-q, --quiet', 'print nothing but the result')
    .option('--progress <how>', 'auto, tty (bars) or plain (lines)', 'auto');
}

const QUIET: TaskDisplay = { show: () => undefined };

/** The display that the options ask for, on stdout or stderr. @throws BoxError INVALID_ARGUMENT */
export function taskDisplay({ progress = 'auto', quiet }: ProgressOptions, fd: 1 | 2 = 1): TaskDisplay {
  if (!['auto', 'tty', 'plain'].includes(progress)) {
    throw new BoxError('INVALID_ARGUMENT', `--progress: "${progress}" is no way to show it`, {
      hint: 'use auto, tty or plain',
    });
  }
  if (quiet) return QUIET;
  const terminal = isatty(fd) && process.env.TERM !== 'dumb';
  return progress === 'tty' || (progress === 'auto' && terminal) ? new BarDisplay(fd) : new LineDisplay(fd);
}

class LineDisplay implements TaskDisplay {
  readonly #fd: 1 | 2;
  readonly #changes = new Changes();

  constructor(fd: 1 | 2) {
    this.#fd = fd;
  }

  show(task: TaskView): void {
    for (const line of this.#changes.of(task)) writeTo(this.#fd, `${line}\n`);
  }
}

/** A terminal that does not say its size. */
const USUAL = { rows: 24, columns: 80 };

class BarDisplay implements TaskDisplay {
  readonly #fd: 1 | 2;
  readonly #block: LiveBlock;
  readonly #bars: Bars;

  constructor(fd: 1 | 2) {
    this.#fd = fd;
    this.#block = new LiveBlock(fd);
    this.#bars = new Bars(fd);
  }

  show(task: TaskView): void {
    const { rows = USUAL.rows, columns = USUAL.columns } = this.#fd === 1 ? process.stdout : process.stderr;
    const lines = this.#bars.lines(task, { rows, columns, now: performance.now() });
    this.#block.show(lines.map((line) => `${line}\n`).join(''));
  }
}
