/** The agent is killed again and again under a load in which every byte is counted. Shared by the short and the long test. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { BOX, eventually, type TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';
import { Client, countLines } from './numbered.ts';
import type { Random } from './random.ts';

/** 100 lines to each stream, as fast as a shell can, every 10 ms: some 10,000 lines a second and many in flight at any moment. */
const PRINTER = `i=0; while ! [ -e /gate/end ]; do n=0; while [ $n -lt 100 ]; do n=$((n+1)); i=$((i+1)); echo out $i; echo err $i >&2; done; usleep 10000; done; exit 42`;
const TYPED = `stty -echo; echo ready; while read -r line; do [ "$line" = quit ] && exit 23; echo "got $line"; done`;
const TICK_MS = 7;
const LINES_PER_TICK = 20;

/** Everything that goes on while agents come and go. */
class Load implements AsyncDisposable {
  readonly gate: string;
  readonly #agent: TestAgent;
  readonly #follower: Client;
  readonly #viewer: Client;
  readonly #echo: Client;
  readonly #terminal: Terminal;
  readonly #ticker: ReturnType<typeof setInterval>;
  #sent = 0;
  #typed = 0;

  private constructor(agent: TestAgent, gate: string) {
    this.#agent = agent;
    this.gate = gate;
    this.#follower = new Client(agent, ['logs', '-f', 'printer']);
    this.#viewer = new Client(agent, ['attach', 'printer']);
    this.#echo = new Client(agent, ['exec', '-i', 'printer', 'cat']);
    const args = ['run', '--name', 'typed', 'busybox', 'sh', '-c', TYPED];
    this.#terminal = new Terminal(BOX, args, { env: agent.env });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  static async start(agent: TestAgent): Promise<Load> {
    const gate = join(agent.folder, 'gate');
    mkdirSync(gate);
    const run = ['run', '-d', '--name', 'printer', '-v', `${gate}:/gate`, '--log-opt', 'max-size=1g'];
    await agent.ok([...run, 'busybox', 'sh', '-c', PRINTER]);
    const load = new Load(agent, gate);
    await load.#terminal.waitFor('ready');
    await Promise.all([load.#follower.heard('\n'), load.#viewer.heard('\n'), load.#echo.heard('in 1\n')]);
    return load;
  }

  #tick(): void {
    const { stdin } = this.#echo.child;
    // Input that the client cannot pass on waits in the pipe; a full one is left alone, like a program that blocks.
    if (stdin && !stdin.writableNeedDrain) {
      let text = '';
      for (let at = 0; at < LINES_PER_TICK; at++) text += `in ${++this.#sent}\n`;
      stdin.write(text);
    }
    if (this.#terminal.output.includes('ready')) this.#terminal.write(`typed ${++this.#typed}\r`);
  }

  /** Lets everything come to its end and counts. */
  async check(): Promise<void> {
    clearInterval(this.#ticker);
    this.#echo.child.stdin?.end();
    expect({ code: await this.#echo.ended, stderr: this.#echo.plainStderr }).toEqual({
      code: 0,
      stderr: '',
    });
    expect(countLines(this.#echo.stdout, 'in')).toBe(this.#sent);

    this.#terminal.write('quit\r');
    expect(await this.#terminal.exited).toBe(23);
    const screen = this.#terminal.output.replaceAll(/\rbox: the agent is away[^\r\n]*\r\n/g, '');
    const answers = screen.slice(screen.indexOf('ready\r\n') + 7).replaceAll('\r\n', '\n');
    expect(countLines(answers, 'got typed')).toBe(this.#typed);

    writeFileSync(join(this.gate, 'end'), '');
    expect(await this.#agent.ok(['wait', 'printer'])).toBe('42');
    expect(await this.#follower.ended).toBe(0);
    expect(await this.#viewer.ended).toBe(42);
    this.#checkPrinter(await this.#agent.box(['logs', 'printer']));
  }

  #checkPrinter(log: { stdout: string; stderr: string }): void {
    const lines = countLines(log.stdout, 'out');
    expect(countLines(log.stderr, 'err')).toBe(lines);
    expect(countLines(this.#follower.stdout, 'out')).toBe(lines);
    expect(countLines(this.#follower.plainStderr, 'err')).toBe(lines);
    // It came in the middle, perhaps of a line; from there on it has everything.
    for (const [text, word] of [
      [this.#viewer.stdout, 'out'],
      [this.#viewer.plainStderr, 'err'],
    ] as const) {
      const whole = text.slice(text.indexOf('\n') + 1);
      expect(countLines(whole, word, Number(/\d+/.exec(whole)?.[0]))).toBe(lines);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticker);
    for (const client of [this.#follower, this.#viewer, this.#echo]) client.child.kill('SIGKILL');
    await this.#terminal[Symbol.asyncDispose]();
  }
}

/** A box and an exec session that end when told to by a file, without any agent. */
async function startEnders(agent: TestAgent, gate: string, round: number) {
  const script = (what: string, code: number) =>
    `echo begun; while ! [ -e /gate/${round} ]; do usleep 2000; done; echo ended ${what}; : >/gate/${what}-${round}; exit ${code}`;
  const codes = { box: (round % 200) + 1, exec: ((round + 7) % 200) + 1 };
  const name = `ender-${round}`;
  const run = ['run', '-d', '--name', name, '-v', `${gate}:/gate`, 'busybox'];
  await agent.ok([...run, 'sh', '-c', script('box', codes.box)]);
  const session = new Client(agent, ['exec', 'printer', 'sh', '-c', script('exec', codes.exec)]);
  await session.heard('begun');
  return {
    end: () => writeFileSync(join(gate, String(round)), ''),
    ended: () =>
      eventually(
        () => existsSync(join(gate, `box-${round}`)) && existsSync(join(gate, `exec-${round}`)),
        'box and exec end',
      ),
    async check() {
      expect(await session.ended).toBe(codes.exec);
      expect(session.stdout).toBe('begun\nended exec\n');
      expect(session.plainStderr).toBe('');
      expect(await agent.ok(['wait', name])).toBe(String(codes.box));
      expect(await agent.ok(['logs', name])).toBe('begun\nended box');
      expect(await agent.ok(['ps', '-a', '--filter', `name=${name}`, '--format', '{{.State}}'])).toBe(
        'exited',
      );
      await agent.ok(['rm', name]);
    },
  };
}

/** Kills the agent `rounds` times at moments that `random` chooses and checks that nobody could tell from what they got. */
export async function surviveKills(agent: TestAgent, random: Random, rounds: number): Promise<void> {
  await using load = await Load.start(agent);
  for (let round = 1; round <= rounds; round++) {
    const enders = await startEnders(agent, load.gate, round);
    await sleep(random.below(300));
    const when = random.pick(['while it is dead', 'around its death', 'as it starts again']);
    if (when !== 'while it is dead') enders.end();
    await sleep(random.below(when === 'around its death' ? 8 : 2));
    await agent.kill9();
    if (when === 'while it is dead') {
      enders.end();
      await enders.ended();
    }
    if (when === 'as it starts again') {
      agent.begin();
      await sleep(random.below(500));
      await agent.kill9();
    }
    await agent.launch();
    expect(await agent.ok(['ps', '--filter', 'name=printer', '--format', '{{.State}}'])).toBe('running');
    await enders.check();
  }
  await load.check();
}
