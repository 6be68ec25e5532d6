/** A session in the foreground: the caller's terminal or pipes connected to a box's process until it ends or the caller leaves. */
import { isatty } from 'node:tty';
import type { AttachOpened, StreamExit } from '@boxyard/api';
import type { AttachChannel, AttachOptions, FrameClient } from '@boxyard/api/client';
import { isTerminalReport } from '@boxyard/spec';
import { note } from '../output/print.ts';
import { DEFAULT_DETACH_KEYS, DetachFilter, parseDetachKeys } from './detach-keys.ts';
import { forwardSignals } from './forwarded-signals.ts';
import { Interrupts } from './interrupts.ts';
import { RawMode } from './raw-mode.ts';
import { readStandardInput, type StandardInput } from './standard-input.ts';
import { StandardOutput } from './standard-output.ts';

/** Home, erase the screen and what was scrolled out: a snapshot begins on a cleared terminal. */
const CLEAR_SCREEN = Buffer.from('\x1b[H\x1b[2J\x1b[3J');
/** What a box's program may have left switched on and a shell does not expect: attributes, cursor, mouse, paste, keypad, screen. */
const RESET_MODES = '\x1b[0m\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1l\x1b>';
const ALTERNATE_SCREEN = Buffer.from('\x1b[?1049');
const LETTER_H = 0x68;
const CTRL_C = 3;

export interface ForegroundOptions {
  /** For messages: how the box is called. */
  name: string;
  /** What to attach to; terminal size is added. */
  open: AttachOptions;
  tty: boolean;
  /** Forward our stdin. */
  stdin: boolean;
  sigProxy: boolean;
  detachKeys?: string | undefined;
  /** Host pid of process 1, where the session is its. */
  initPid?: () => number | null;
}

export type Ended =
  | { how: 'exit'; exit: StreamExit }
  /** By the detach keys. */
  | { how: 'detached' }
  /** By a third Ctrl-C without effect. */
  | { how: 'interrupted' }
  /** The caller's terminal is gone. */
  | { how: 'hung-up' };

export class Foreground {
  /** Rejects with the BoxError that the stream ended with. */
  readonly ended: Promise<Ended>;
  readonly opened: Promise<AttachOpened>;
  readonly #options: ForegroundOptions;
  readonly #keys: readonly number[];
  readonly #channel: AttachChannel;
  readonly #stdout = new StandardOutput(1);
  readonly #stderr = new StandardOutput(2);
  readonly #raw = new RawMode();
  readonly #interrupts: Interrupts;
  readonly #undo: (() => void)[] = [];
  #alternateScreen = false;
  /** Among those who look, this one was the last to come or type: its terminal answers what programs ask. */
  #leads = true;
  #input: StandardInput | undefined;
  #settle: { resolve: (ended: Ended) => void; reject: (error: unknown) => void };

  /** @throws BoxError INVALID_ARGUMENT for detach keys that are none, before anything is attached */
  constructor(frames: FrameClient, options: ForegroundOptions) {
    this.#keys = parseDetachKeys(options.detachKeys ?? DEFAULT_DETACH_KEYS);
    this.#options = options;
    this.#interrupts = new Interrupts(options.initPid ?? (() => null));
    const ended = Promise.withResolvers<Ended>();
    const opened = Promise.withResolvers<AttachOpened>();
    this.ended = ended.promise;
    this.opened = opened.promise;
    this.opened.catch(() => undefined);
    this.#settle = ended;
    this.#channel = frames.attach(
      { ...options.open, ...this.#size() },
      {
        opened: (answer) => opened.resolve(answer),
        data: (stream, bytes) => this.#output(stream, bytes),
        taken: () => {
          this.#leads = false;
        },
        snapshot: (bytes) => {
          this.#stdout.write(CLEAR_SCREEN);
          return this.#output(1, bytes);
        },
        skipped: (from, to) => note(`box: ${to - from} bytes of output were lost`),
        writable: () => this.#input?.resume(),
        exit: (exit) => this.#end({ how: 'exit', exit }),
        error: (error) => {
          opened.reject(error);
          void this.#end(error);
        },
      },
    );
    this.#connectTerminal();
    if (options.sigProxy) this.#undo.push(forwardSignals((signal) => this.#signalled(signal)));
  }

  #size(): { rows?: number; columns?: number } {
    if (!this.#options.tty || !isatty(1)) return {};
    const [columns = 0, rows = 0] = process.stdout.getWindowSize?.() ?? [];
    return rows > 0 && columns > 0 ? { rows, columns } : {};
  }

  #connectTerminal(): void {
    if (!this.#options.tty) return;
    if (this.#options.stdin && isatty(0)) this.#raw.enable();
    if (!isatty(1)) return;
    const resize = () => {
      const { rows, columns } = this.#size();
      if (rows && columns) this.#channel.resize(rows, columns);
    };
    process.stdout.on('resize', resize);
    this.#undo.push(() => process.stdout.off('resize', resize));
  }

  /** Begins to forward stdin, once the agent answered: before that, and before a start, the box has none. */
  readInput(): void {
    if (!this.#options.stdin) return;
    const filter = new DetachFilter(this.#options.tty ? this.#keys : []);
    void this.opened.then(
      () => {
        this.#input = this.#openInput(filter);
      },
      () => undefined,
    );
  }

  #openInput(filter: DetachFilter): StandardInput {
    return readStandardInput({
      data: (chunk) => {
        const { bytes, detached } = filter.push(chunk);
        const more = bytes.length === 0 || this.#type(bytes);
        if (detached) void this.#leave({ how: 'detached' });
        else if (this.#options.tty) this.#watchInterrupts(bytes);
        return more;
      },
      end: () => this.#inputEnded(),
      lost: () => void this.#leave({ how: 'hung-up' }),
    });
  }

  #type(bytes: Uint8Array): boolean {
    const report = this.#options.tty && isTerminalReport(bytes);
    if (report && !this.#leads) return true;
    this.#leads = true;
    return this.#channel.input(bytes);
  }

  /** The end of a pipe closes the stdin of the box. A terminal has no end: ours hung up, the one of the box stays open. */
  #inputEnded(): void {
    if (!this.#options.tty) this.#channel.closeInput();
    else if (isatty(0)) void this.#leave({ how: 'hung-up' });
  }

  #watchInterrupts(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === CTRL_C) this.#interrupted('SIGINT');
      else this.#interrupts.reset();
    }
  }

  #interrupted(signal: 'SIGINT' | 'SIGTERM'): void {
    const { name } = this.#options;
    const meaning = this.#interrupts.pressed(signal);
    if (meaning === 'hint') {
      note(
        `box: process 1 of ${name} has no handler for ${signal}, so the kernel drops it; once more detaches, "box kill ${name}" ends it`,
      );
    }
    if (meaning === 'detach') void this.#leave({ how: 'interrupted' });
  }

  #signalled(signal: NodeJS.Signals): void {
    // A terminal that hung up is a lost connection, and that never ends what runs in the box.
    if (signal === 'SIGHUP' && this.#options.tty) return void this.#leave({ how: 'hung-up' });
    if (signal === 'SIGCONT' && this.#options.tty && this.#options.stdin && isatty(0)) this.#raw.enable();
    this.#channel.signal(signal);
    if (signal === 'SIGINT' || signal === 'SIGTERM') this.#interrupted(signal);
  }

  #output(stream: number, bytes: Uint8Array) {
    this.#interrupts.output(bytes);
    if (this.#options.tty) this.#watchScreen(bytes);
    return (stream === 2 ? this.#stderr : this.#stdout).write(bytes);
  }

  #watchScreen(bytes: Uint8Array): void {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(ALTERNATE_SCREEN);
    if (at !== -1) this.#alternateScreen = bytes[at + ALTERNATE_SCREEN.length] === LETTER_H;
  }

  /** Gives the terminal back without waiting for an end: what was to be attached to never started. */
  abandon(): void {
    this.#release();
  }

  async #leave(ended: Ended): Promise<void> {
    this.#channel.close();
    if (ended.how !== 'hung-up') this.#resetScreen('\r\n');
    await this.#end(ended);
  }

  /** Undoes what a program that was left or killed in the middle has done to the terminal. */
  #resetScreen(after: string): void {
    if (!this.#options.tty || !isatty(1)) return;
    this.#stdout.write(Buffer.from(`${RESET_MODES}${this.#alternateScreen ? '\x1b[?1049l' : ''}${after}`));
    this.#alternateScreen = false;
  }

  async #end(result: Ended | Error): Promise<void> {
    if (this.#alternateScreen) this.#resetScreen('');
    await Promise.all([this.#stdout.flush(), this.#stderr.flush()]);
    this.#release();
    if (result instanceof Error) this.#settle.reject(result);
    else this.#settle.resolve(result);
  }

  #release(): void {
    this.#raw.restore();
    for (const undo of this.#undo.splice(0)) undo();
  }
}
