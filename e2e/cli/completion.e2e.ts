/** The Tab key in real shells, with the names of a real agent. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, run, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';

/** From Tab to the answer while no agent runs: the best of several, because waiting for a busy machine is not our time. */
const QUICK_MS = 150;
const ROUNDS = 12;

let agent: TestAgent;
let home: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  agent = await TestAgent.start();
  home = mkdtempSync(join(tmpdir(), 'box-home-'));
  env = {
    ...agent.env,
    HOME: home,
    PATH: `${dirname(BOX)}:${agent.env.PATH}`,
    XDG_CONFIG_HOME: '',
    XDG_DATA_HOME: '',
  };
  await agent.ok(['run', '-d', '--name', 'web-front', 'busybox', 'sleep', '1000']);
  await agent.ok(['run', '-d', '--name', 'web-back', 'busybox', 'sleep', '1000']);
  await agent.ok(['create', '--name', 'job-done', 'busybox', 'true']);
  await agent.ok(['exec', '-dt', 'web-front', 'sleep', '1000']);
});
afterAll(async () => {
  expect(await agent.leaks()).toEqual([]);
  await agent.stop();
  rmSync(home, { recursive: true });
});

const START: Record<string, { args: string[]; rc: [string, string] }> = {
  bash: {
    args: ['--noprofile', '-i'],
    rc: ['.bashrc', "PS1='ready> '\nbind 'set enable-bracketed-paste off'\nsource <(box completion bash)\n"],
  },
  zsh: {
    args: ['-i'],
    rc: [
      '.zshrc',
      "PS1='ready> '\nunsetopt zle_bracketed_paste 2>/dev/null\nautoload -U compinit && compinit -u\nsource <(box completion zsh)\n",
    ],
  },
  fish: {
    args: ['-i'],
    rc: [
      '.config/fish/config.fish',
      'function fish_prompt; echo "ready> "; end\nset -g fish_greeting\nbox completion fish | source\n',
    ],
  },
};

async function shell(name: string): Promise<Terminal> {
  const { args, rc } = START[name] as (typeof START)[string];
  mkdirSync(dirname(join(home, rc[0])), { recursive: true });
  writeFileSync(join(home, rc[0]), rc[1]);
  const terminal = new Terminal(name, args, {
    env: { ...env, ZDOTDIR: home },
    cwd: home,
    columns: 120,
    rows: 40,
  });
  await terminal.waitFor('ready> ');
  return terminal;
}

test.each(['bash', 'zsh', 'fish'])(
  '%s completes commands, flags and live names at the Tab key',
  async (name) => {
    await using terminal = await shell(name);
    const expectLine = async (line: string, rest: string) => {
      terminal.write(`${line}\t`);
      await terminal.waitFor(rest);
      terminal.write('\x15'); // Ctrl-U: the line is taken away
    };
    await expectLine('box rena', 'me');
    await expectLine('box run --stop-si', 'gnal');
    await expectLine('box run --network ho', 'st');
    await expectLine('box logs job', '-done');
    await expectLine('box exec web-f', 'ront');
    await expectLine('box run busybox:la', 'test');
    await expectLine('box ps --filter status=runn', 'ing');
  },
);

test('running boxes are offered to stop, stopped ones to start, all to rm, sessions to attach, and each once', async () => {
  const words = async (...line: string[]) => {
    const { stdout } = await agent.box(['__complete', 'fish', 'box', ...line]);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((text) => text.split('\t')[0])
      .sort();
  };
  expect(await words('stop', '')).toEqual(['web-back', 'web-front']);
  expect(await words('start', '')).toEqual(['job-done']);
  expect(await words('rm', '')).toEqual(['job-done', 'web-back', 'web-front']);
  expect(await words('rm', 'job-done', '')).toEqual(['web-back', 'web-front']);
  expect(await words('attach', '')).toEqual(expect.arrayContaining(['web-back', 'web-front']));
  expect((await words('attach', '')).length).toBeGreaterThan(2);
  expect(await words('run', 'busy')).toEqual(['busybox:latest']);
  const id = await agent.ok(['ps', '-aq', '--no-trunc', '--filter', 'name=job-done']);
  expect(await words('rm', id.slice(0, 6))).toEqual([id.slice(0, 12)]);
});

test('bash completes files where a path is due', async () => {
  writeFileSync(join(home, 'settings.env'), 'A=1\n');
  await using terminal = await shell('bash');
  terminal.write('box run --env-file settin\t');
  await terminal.waitFor('gs.env');
});

test('without an agent the Tab key is quiet and quick', async () => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const answer = await run(BOX, ['__complete', 'bash', ' =:', 'box stop '], {
      env: { ...env, BOXYARD_SOCKET: join(home, 'nobody.sock') },
    });
    times.push(performance.now() - began);
    expect(answer).toEqual({ code: 0, stdout: '', stderr: '' });
  }
  expect(Math.min(...times)).toBeLessThan(QUICK_MS);
});

test('install writes where the shell looks, says so, and takes it away again', async () => {
  const box = (...args: string[]) =>
    run(BOX, ['completion', 'install', ...args], { env: { ...env, SHELL: '/bin/sh' } });
  const installed = await box('--user');
  const files = [
    '.local/share/bash-completion/completions/box',
    '.local/share/zsh/site-functions/_box',
    '.config/fish/completions/box.fish',
  ];
  expect(installed).toMatchObject({ code: 0, stderr: '' });
  for (const file of files) {
    expect(installed.stdout).toContain(join(home, file));
    expect(readFileSync(join(home, file), 'utf8')).toContain('__complete');
  }
  // fish reads its folder by itself: nothing else is needed there.
  writeFileSync(join(home, '.config/fish/config.fish'), 'function fish_prompt; echo "ready> "; end\n');
  await using terminal = new Terminal('fish', ['-i'], { env, cwd: home, columns: 120 });
  await terminal.waitFor('ready> ');
  terminal.write('box stop web-b\t');
  await terminal.waitFor('ack');
  const removed = await box('--user', '--uninstall');
  expect(removed.stdout).toContain(`removed ${join(home, files[0] as string)}`);
  expect((await box('tcsh')).stderr).toContain('no shell that is known');
});
