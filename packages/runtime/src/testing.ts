/** For integration tests: a busybox root file system, and boxes started from it on the real kernel. */

import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CgroupTree, findCgroupRoot, LinuxSyscalls } from '@boxyard/kernel';

import { type HostFacts, readHostFacts } from './host.ts';
import { containerConfig } from './plan/plan.fixtures.ts';
import { compileStart, type StartConfig, type StartInput } from './plan/start.ts';
import type { ShimClient, ShimHandlers } from './shim/control.ts';
import type { SessionExit, ShimState } from './shim/messages.ts';
import { startContainer } from './start.ts';

export const HELPER_PATH = resolve(import.meta.dirname, '../../../native/build/boxshim');
const APPLETS =
  'sh cat echo ls id env stty sleep true false ps mount grep hostname kill dd head wc tr test readlink stat touch mkdir seq yes chmod umask vi top tty cut sort printf pwd date'.split(
    ' ',
  );

export interface TestBox {
  id: string;
  client: ShimClient;
  state: ShimState;
  runDirectory: string;
  logDirectory: string;
  /** Of the init session. */
  exit: Promise<SessionExit>;
  /** Of any session, as the agent is told it. */
  exitOf(id: string): Promise<SessionExit>;
  /** The connection to the supervisor ended. */
  closed: Promise<void>;
  /** What the log holds now, records joined: `stdout F text`. */
  log(): string[];
}

export class RuntimeLab {
  readonly kernel = new LinuxSyscalls();
  readonly directory = mkdtempSync(join(tmpdir(), 'bx-runtime.'));
  readonly cgroups = new CgroupTree(this.kernel, join(findCgroupRoot(), 'runtime-test'));
  readonly helper = this.kernel.loadHelper(HELPER_PATH);
  readonly host: HostFacts = readHostFacts();
  readonly rootfs = join(this.directory, 'rootfs');
  readonly #clients = new Set<ShimClient>();

  constructor() {
    for (const name of ['bin', 'etc', 'root', 'tmp', 'home/app'])
      mkdirSync(join(this.rootfs, name), { recursive: true });
    copyFileSync('/bin/busybox', join(this.rootfs, 'bin/busybox'));
    for (const applet of APPLETS) symlinkSync('busybox', join(this.rootfs, 'bin', applet));
    writeFileSync(
      join(this.rootfs, 'etc/passwd'),
      'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n',
    );
    writeFileSync(join(this.rootfs, 'etc/group'), 'root:x:0:\napp:x:1000:\nstaff:x:50:app\n');
    writeFileSync(join(this.rootfs, 'etc/noexec'), 'text');
  }

  /** A fresh overlay over the root file system, as an image's container has it. */
  async overlay(id: string): Promise<number> {
    const base = join(this.directory, 'containers', id);
    for (const name of ['upper', 'work']) mkdirSync(join(base, name), { recursive: true });
    return this.kernel.overlay({
      lowers: [this.rootfs],
      upper: join(base, 'upper'),
      work: join(base, 'work'),
    });
  }

  /** Starts a box. `input` changes the plan's input, `config` the container's. */
  async start(
    config: Partial<StartConfig>,
    input: Partial<StartInput> = {},
    handlers: Partial<ShimHandlers> = {},
  ): Promise<TestBox> {
    const id = randomBytes(32).toString('hex');
    const runDirectory = join(this.directory, 'run', id);
    const logDirectory = join(this.directory, 'containers', id, 'log');
    mkdirSync(logDirectory, { recursive: true });
    const closed = Promise.withResolvers<void>();
    const exits = new Map<string, PromiseWithResolvers<SessionExit>>();
    const exitOf = (session: string): PromiseWithResolvers<SessionExit> => {
      const known = exits.get(session) ?? Promise.withResolvers<SessionExit>();
      exits.set(session, known);
      return known;
    };
    const ownRoot = input.root?.kind === 'directory' ? undefined : this.overlay(id);
    const plan = compileStart({
      id,
      config: containerConfig(config),
      root: { kind: 'mount' },
      files: {},
      log: { sequence: 1, offset: 0 },
      host: this.host,
      ...input,
    });
    const { client, state } = await startContainer(this.kernel, this.cgroups, {
      plan,
      helper: this.helper,
      runDirectory,
      logDirectory,
      cgroup: id,
      root: ownRoot,
      handlers: {
        onExit: (ended) => {
          exitOf(ended.id).resolve(ended);
          handlers.onExit?.(ended);
        },
        onClose: (error) => {
          closed.resolve();
          handlers.onClose?.(error);
        },
      },
    });
    this.#clients.add(client);
    const log = () => readLog(logDirectory);
    return {
      id,
      client,
      state,
      runDirectory,
      logDirectory,
      exit: exitOf('').promise,
      exitOf: (session) => exitOf(session).promise,
      closed: closed.promise,
      log,
    };
  }

  /** Runs a box to its end and gives how it ended and what it wrote. */
  async run(
    config: Partial<StartConfig>,
    input: Partial<StartInput> = {},
  ): Promise<{ exit: SessionExit; lines: string[] }> {
    const box = await this.start(config, input);
    const exit = await box.exit;
    const lines = box.log();
    await box.client.acknowledge();
    await box.closed;
    return { exit, lines };
  }

  /** Ends every box and everything else that was made. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.cgroups.list()) this.cgroups.kill(name);
    for (const client of this.#clients) client[Symbol.dispose]();
    for (const name of this.cgroups.list()) await this.cgroups.remove(name);
    this.cgroups[Symbol.dispose]();
    this.kernel[Symbol.dispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function readLog(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n'))
    .filter(Boolean)
    .map((line) => line.slice(line.indexOf(' ') + 1));
}
