/** boxd as a process, over the engine and the kernel: for *.itest.ts inside scripts/sandbox. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import type { ContainerView, CreateInput } from '@boxyard/api';
import { FrameClient } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { BoxError } from '@boxyard/spec';

const MAIN = join(import.meta.dirname, '..', 'main.ts');

export class RunningAgent implements AsyncDisposable {
  readonly folder: string;
  log = '';
  #child: ChildProcess | undefined;
  #environment: NodeJS.ProcessEnv;

  private constructor() {
    const { BOXYARD_SANDBOX, BOXYARD_ROOT, BOXYARD_CGROUP_ROOT } = process.env;
    if (!BOXYARD_SANDBOX || !BOXYARD_ROOT || !BOXYARD_CGROUP_ROOT)
      throw new Error('integration tests run in the sandbox: npm run test:int');
    this.folder = mkdtempSync(join(dirname(BOXYARD_ROOT), 'g'));
    for (const part of ['root', 'run']) mkdirSync(join(this.folder, part), { mode: 0o700 });
    this.#environment = {
      ...process.env,
      BOXYARD_ROOT: join(this.folder, 'root'),
      BOXYARD_RUN: join(this.folder, 'run'),
      BOXYARD_CGROUP_ROOT: join(BOXYARD_CGROUP_ROOT, this.folder.slice(-7)),
      BOXYARD_LISTEN: 'off',
    };
  }

  static async start(): Promise<RunningAgent> {
    const agent = new RunningAgent();
    await agent.launch();
    return agent;
  }

  get socket(): string {
    return join(this.folder, 'run', 'boxd.sock');
  }

  /** Starts a process and waits until it says that it is ready; rejects with its messages when it ends before. */
  async launch(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      env: { ...this.#environment, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
        if (this.log.includes('the agent is ready')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${this.log}`)));
    });
    this.#child = child;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    this.#child = undefined;
    const ended = once(child, 'exit');
    child.kill(signal);
    return (await ended)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child) {
      for (const { id } of await this.call<ContainerView[]>('containers.list', { all: true }))
        await this.call('containers.remove', { container: id, force: true }, 'mutation');
    }
    await this.end('SIGTERM');
  }

  /** A procedure over the unix socket. Rejects with its BoxError. */
  call<T>(path: string, input: object = {}, kind: 'query' | 'mutation' = 'query'): Promise<T> {
    const json = JSON.stringify(input);
    const query = kind === 'query' ? `?input=${encodeURIComponent(json)}` : '';
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          socketPath: this.socket,
          method: kind === 'query' ? 'GET' : 'POST',
          path: `/trpc/${path}${query}`,
          headers: { 'content-type': 'application/json' },
          agent: false,
        },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          const { result, error } = JSON.parse(text);
          if (error) reject(BoxError.from(error.data.box));
          else resolve(result.data as T);
        },
      );
      sent.on('error', reject);
      sent.end(kind === 'query' ? undefined : json);
    });
  }

  /** Creates and starts a box of the built-in image. */
  async run(command: string[], more: Partial<CreateInput> = {}): Promise<string> {
    const input = { id: randomBytes(32).toString('hex'), image: 'busybox', command, ...more };
    const { id } = await this.call<ContainerView>('containers.create', input, 'mutation');
    await this.call('containers.start', { container: id, rows: 24, columns: 80 }, 'mutation');
    return id;
  }

  frames(): FrameClient {
    return new FrameClient({ connect: unixTransport(this.socket), build: 'test' });
  }
}
