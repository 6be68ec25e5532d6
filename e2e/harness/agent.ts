/** A real agent for end-to-end tests: bin/boxd with roots of its own, inside scripts/sandbox, and bin/box to talk to it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { Program } from './program.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
export const BOX = join(REPOSITORY, 'bin/box');
export const BOXD = join(REPOSITORY, 'bin/boxd');
/** An agent opens its database and makes the built-in image before it listens. */
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

export interface BoxResult {
  code: number;
  stdout: string;
  stderr: string;
}
export interface BoxOptions {
  /** What stdin holds; without it stdin is /dev/null. */
  input?: string | Uint8Array;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

export class TestAgent implements AsyncDisposable {
  /** What a program needs in its environment to talk to this agent. */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** What the agent said on stderr so far. */
  log = '';
  #child: ChildProcess | undefined;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
  }

  /** Starts an agent over an empty root. Ends with `stop()`, or by `await using`. */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<TestAgent> {
    const { BOXYARD_SANDBOX, BOXYARD_ROOT, BOXYARD_CGROUP_ROOT } = process.env;
    if (!BOXYARD_SANDBOX || !BOXYARD_ROOT)
      throw new Error('run end-to-end tests in the sandbox: npm run test:e2e');
    // Short: socket paths below it must fit 107 bytes.
    const folder = mkdtempSync(join(dirname(BOXYARD_ROOT), 'a'));
    const name = folder.slice(-6);
    for (const part of ['root', 'run']) mkdirSync(join(folder, part), { mode: 0o700 });
    const agent = new TestAgent(folder, {
      ...process.env,
      BOXYARD_ROOT: join(folder, 'root'),
      BOXYARD_RUN: join(folder, 'run'),
      BOXYARD_CGROUP_ROOT: join(BOXYARD_CGROUP_ROOT ?? '/sys/fs/cgroup', name),
      BOXYARD_LISTEN: 'off',
      NO_COLOR: '1',
      ...env,
    });
    await agent.launch();
    return agent;
  }

  get socketPath(): string {
    return join(this.folder, 'run', 'boxd.sock');
  }

  get pid(): number {
    if (!this.#child?.pid) throw new Error('the agent does not run');
    return this.#child.pid;
  }

  /** Starts bin/boxd and waits until it answers. */
  launch(): Promise<void> {
    this.begin();
    return this.answering();
  }

  /** Starts bin/boxd and does not wait: for tests that kill it while it starts. */
  begin(): void {
    const child = spawn(BOXD, [], { env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
  }

  /** Waits until the one that was begun answers. */
  async answering(): Promise<void> {
    const child = this.#child;
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(this.socketPath))) {
      if (child?.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the agent ended before it answered:\n${this.log}`);
      }
      if (Date.now() > deadline) throw new Error(`the agent does not answer:\n${this.log}`);
      await pause();
    }
  }

  /** The agent dies as if the machine's memory had run out; boxes go on. */
  kill9(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Kills it and starts another over the same root. */
  async restart(): Promise<void> {
    await this.kill9();
    await this.launch();
  }

  /** Ends it politely; boxes go on. */
  quit(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Runs bin/box to its end. */
  box(args: readonly string[], options: BoxOptions = {}): Promise<BoxResult> {
    return run(BOX, args, { ...options, env: { ...this.env, ...options.env } });
  }

  /** Starts bin/box and lets it run; its stdin is a pipe that stays open. */
  program(args: readonly string[]): Program {
    return new Program(BOX, args, this.env);
  }

  /** Runs bin/box and gives its trimmed stdout; anything but exit code 0 is an error with what it said. */
  async ok(args: readonly string[], options: BoxOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.box(args, options);
    if (code !== 0)
      throw new Error(
        `box ${args.join(' ')} → ${code}: ${stderr || stdout}\n--- agent:\n${this.log.slice(-4000)}`,
      );
    return stdout.trim();
  }

  /** Removes every box and returns what is left behind: what doctor finds, and supervisors that still run. */
  async leaks(): Promise<string[]> {
    const ids = await this.ok(['ps', '-aq', '--no-trunc']);
    if (ids) await this.ok(['rm', '-f', ...ids.split('\n')]);
    const deadline = Date.now() + 10_000;
    let found: string[];
    do {
      const { stdout } = await this.box(['doctor', '--leaks', '--format', 'json']);
      const { leaks } = JSON.parse(stdout) as { leaks: { kind: string; what: string }[] };
      found = [
        ...leaks.map(({ kind, what }) => `${kind}: ${what}${contents(kind, what)}`),
        ...this.supervisors(),
      ];
      if (found.length > 0) await pause();
      // A supervisor ends a moment after its last viewer, a tree is deleted in the background.
    } while (found.length > 0 && Date.now() < deadline);
    return found;
  }

  /** Processes named boxshim in the sandbox whose box belongs to this agent. */
  supervisors(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter(
        (pid) =>
          read(`/proc/${pid}/comm`).trim() === 'boxshim' &&
          read(`/proc/${pid}/cgroup`).includes(this.folder.slice(-6)),
      )
      .map((pid) => `process: boxshim ${pid}`);
  }

  /** Removes its boxes, ends it and deletes its roots. */
  async stop(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) {
      const { stdout } = await this.box(['ps', '-aq', '--no-trunc']);
      const ids = stdout.split('\n').filter(Boolean);
      if (ids.length > 0) await this.box(['rm', '-f', ...ids]);
      await this.quit();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** Runs a program to its end, whatever its exit code. */
export function run(program: string, args: readonly string[], options: BoxOptions = {}): Promise<BoxResult> {
  return new Promise((resolve, reject) => {
    const { input, ...rest } = options;
    const child = execFile(
      program,
      args,
      { ...rest, maxBuffer: 512 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number' && !error.signal) return reject(error);
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
    if (input === undefined) child.stdin?.end();
    else child.stdin?.on('error', () => undefined).end(input);
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** What a left directory holds says who left it. */
function contents(kind: string, path: string): string {
  if (kind !== 'directory') return '';
  try {
    return ` (${readdirSync(path, { recursive: true }).join(' ')})`;
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** Waits until `check` gives something; for states that no event tells. */
export async function eventually<T>(
  check: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value as T;
    if (Date.now() > deadline) throw new Error(`it never happened: ${what}`);
    await pause();
  }
}
