import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Agent } from '../agent/agent.ts';
import { buildCommand } from '../verb.ts';
import { VERBS } from '../verbs.ts';
import { formatAnswer, wordsOf } from './answer.ts';
import { ARGUMENTS } from './arguments.ts';
import { complete } from './complete.ts';
import { placeOf } from './install.ts';
import { SCRIPTS, SHELLS } from './scripts.ts';

/** Nobody answers, as when no agent runs. */
const AWAY = { query: () => Promise.reject(new Error('away')) } as unknown as Agent;
const offered = async (line: string) => {
  const { words } = await complete(wordsOf(line).slice(1), AWAY);
  return words.map(({ value }) => value);
};

test('commands, then their flags, then the values of the flags', async () => {
  expect(await offered('box ren')).toEqual(['rename']);
  expect(await offered('box li')).toEqual(['list']);
  expect(await offered('box run --stop-')).toEqual(['--stop-signal', '--stop-timeout']);
  expect(await offered('box run --network ')).toEqual(['none', 'host']);
  expect(await offered('box run --network=h')).toEqual(['--network=host']);
  expect(await offered('box run -it --cap-add NET_')).toEqual([
    'NET_BIND_SERVICE',
    'NET_BROADCAST',
    'NET_ADMIN',
    'NET_RAW',
  ]);
  expect(await offered('box create --cap-drop=cap_sys_ti')).toEqual(['--cap-drop=cap_sys_time']);
  expect(await offered('box kill -s SIGU')).toEqual(['SIGUSR1', 'SIGUSR2', 'SIGURG']);
  expect(await offered('box kill --signal hu')).toEqual(['hup']);
  expect(await offered('box ps --filter status=e')).toEqual(['status=exited']);
  expect(await offered('box images --format ')).toEqual(['json', 'table']);
  expect(await offered('box help pa')).toEqual([]);
  expect(await offered('box completion install z')).toEqual(['zsh']);
  expect(await offered('box vol')).toEqual(['volume']);
  expect(await offered('box volume ')).toContain('prune');
  expect(await offered('box volume ex')).toEqual(['export']);
  expect(await offered('box volume ls --filter dang')).toEqual(['dangling=']);
  expect(await offered('box run --mount ')).toEqual(['type=volume,', 'type=bind,', 'type=tmpfs,']);
});

test('nothing is offered where a command in a box, a free text or an unknown command stands', async () => {
  for (const line of [
    'box run busybox l',
    'box run --image busybox l',
    'box exec web --',
    'box run --name ',
    'box nonsense ',
  ]) {
    expect(await offered(line), line).toEqual([]);
  }
});

test('where a path is due the shell completes files', async () => {
  const files = async (line: string) => (await complete(wordsOf(line).slice(1), AWAY)).files;
  expect(await files('box import ./')).toBe('file');
  expect(await files('box run --env-file ')).toBe('file');
  expect(await files('box run --rootfs=/s')).toBe('directory');
  expect(await files('box run -v /sr')).toBe('file');
  expect(await files('box run -v /srv:/d')).toBeUndefined();
});

test('every verb that takes arguments says what they are', async () => {
  for (const [name, { summary, load }] of Object.entries(VERBS)) {
    const { default: verb } = await load();
    const takes = buildCommand(name, summary, verb).registeredArguments.length;
    expect(takes === 0 || ARGUMENTS[name] !== undefined, name).toBe(true);
  }
});

test('each shell gets the form it understands', () => {
  const words = [{ value: 'busybox:latest', description: 'a\nb\u001b[31m: c' }];
  const form = (shell: string, partial: string) => formatAnswer(shell, { words }, { partial, breaks: ' =:' });
  expect(form('bash', 'busy')).toBe('busybox:latest\n');
  expect(form('bash', 'busybox:l')).toBe('latest\n');
  expect(form('zsh', 'busy')).toBe('busybox\\:latest:a b [31m: c\n');
  expect(form('fish', 'busy')).toBe('busybox:latest\ta b [31m: c\n');
});

test('a line with an open quote ends with the word in it', () => {
  expect(wordsOf('box logs "we')).toEqual(['box', 'logs', 'we']);
  expect(wordsOf('box logs ')).toEqual(['box', 'logs', '']);
});

test.each(SHELLS)('the script for %s is one that it can read', (shell) => {
  const folder = mkdtempSync(join(tmpdir(), 'box-script-'));
  const file = join(folder, 'box');
  writeFileSync(file, SCRIPTS[shell]);
  expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  rmSync(folder, { recursive: true });
});

test('scripts go where each shell looks', () => {
  const person = { home: '/h', env: {}, exists: () => false };
  const file = (shell: 'bash' | 'zsh' | 'fish', system: boolean) =>
    placeOf(shell, { ...person, system }).file;
  expect(file('bash', false)).toBe('/h/.local/share/bash-completion/completions/box');
  expect(file('zsh', true)).toBe('/usr/local/share/zsh/site-functions/_box');
  expect(file('fish', false)).toBe('/h/.config/fish/completions/box.fish');
  expect(placeOf('bash', { ...person, system: true }).remark).toContain('add to ~/.bashrc');
});
