/** What an image says about itself: paths, commands, variables (CVE-2022-23648, CVE-2026-55686, CVE-2026-53488, CVE-2022-1227, CVE-2026-57231). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { TestAgent } from '../harness/agent.ts';
import { importImage } from './image.ts';

let agent: TestAgent;
let outside: string;
beforeAll(async () => {
  agent = await TestAgent.start({ SECRET: 'of the agent' });
  outside = join(agent.folder, 'outside');
  mkdirSync(outside);
});
afterAll(() => agent.stop());

test('a working directory that is a link to the host is resolved inside and made inside', async () => {
  for (const target of [outside, `${'../'.repeat(20)}${outside.slice(1)}`]) {
    await importImage(
      agent,
      'workdir',
      [{ path: 'work', type: 'symlink', target }],
      ['--workdir', '/work/made'],
    );
    expect(await agent.ok(['run', '--rm', 'workdir', 'sh', '-c', 'pwd -P'])).toBe(`${outside}/made`);
    expect(readdirSync(outside)).toEqual([]);
  }
});

test('files that the engine writes or binds go over links of the image, not through them', async () => {
  const names = ['hosts', 'hostname', 'resolv.conf'];
  for (const name of names) writeFileSync(join(outside, name), 'untouched');
  const links = names.map((name) => ({
    path: `etc/${name}`,
    type: 'symlink' as const,
    target: join(outside, name),
  }));
  await importImage(agent, 'links', links);
  await agent.ok(['run', '--rm', '--hostname', 'inside', 'links', 'true']).catch(() => undefined);
  for (const name of names) expect(execFileSync('cat', [join(outside, name)]).toString()).toBe('untouched');
});

test('text that a shell would run is text everywhere', async () => {
  const pwn = join(agent.folder, 'pwned');
  const evil = [`$(touch ${pwn})`, `\`touch ${pwn}\``, `; touch ${pwn} #`];
  for (const text of evil) {
    const flags = ['--label', `evil=${text}`, '-e', `EVIL=${text}`];
    expect(await agent.ok(['run', '--rm', ...flags, 'busybox', 'echo', text])).toBe(text);
    const { code } = await agent.box(['run', '--rm', '--name', text, '--hostname', text, 'busybox', 'true']);
    expect(code).toBe(125);
  }
  expect(existsSync(pwn)).toBe(false);
});

test('top and stop run nothing of the image', async () => {
  const poison = '#!/bin/sh\necho poisoned >/tmp/poisoned\n';
  const tools = ['ps', 'nsenter', 'kill', 'top', 'box', 'tar', 'umount'].map((name) => ({
    path: `bin/${name}`,
    mode: 0o755,
    data: poison,
  }));
  await importImage(agent, 'poisoned', tools);
  await agent.ok([
    'run',
    '-d',
    '--name',
    'box',
    '--stop-timeout',
    '0',
    'poisoned',
    'sh',
    '-c',
    'while :; do sleep 1; done',
  ]);
  expect(await agent.ok(['top', 'box'])).toMatch(/while :; do sleep 1; done/);
  expect((await agent.box(['exec', 'box', 'ls', '/tmp'])).stdout).toBe('');
  await agent.ok(['rm', '-f', 'box']);
});

test('a variable without a value takes nothing from the agent', async () => {
  const { code, stdout } = await withEnvironment(['SECRET', 'KEPT=yes']);
  expect(stdout).not.toMatch(/of the agent/);
  if (code === 0) expect(stdout).not.toMatch(/^SECRET/m);
  const plain = await agent.ok(['run', '--rm', 'busybox', 'env'], { env: { CALLER: 'of the caller' } });
  expect(
    plain
      .split('\n')
      .map((line) => line.split('=')[0])
      .sort(),
  ).toEqual(['HOME', 'HOSTNAME', 'PATH', 'PWD', 'SHLVL'].filter((name) => plain.includes(`${name}=`)));
  expect(plain).not.toMatch(/SECRET|CALLER|BOXYARD|NODE/);
  const asked = ['run', '--rm', '-e', 'CALLER', '-e', 'SECRET', 'busybox', 'env'];
  const { stdout: given } = await agent.box(asked, { env: { CALLER: 'of the caller', SECRET: undefined } });
  expect(given).toMatch(/^CALLER=of the caller$/m);
  expect(given).not.toMatch(/SECRET/);
});

/** Imports an image whose image.json has these variables, and prints those of a box of it. */
async function withEnvironment(env: string[]) {
  const directory = join(agent.folder, 'image');
  mkdirSync(join(directory, 'rootfs/bin'), { recursive: true });
  execFileSync('cp', ['/bin/busybox', join(directory, 'rootfs/bin/busybox')]);
  writeFileSync(join(directory, 'image.json'), JSON.stringify({ name: 'secretive', env }));
  const imported = await agent.box(['import', directory]);
  return imported.code === 0 ? agent.box(['run', '--rm', 'secretive', '/bin/busybox', 'env']) : imported;
}

test('hostile archives are refused in one line or stay inside, through the command line too', async () => {
  const victim = join(outside, 'victim');
  writeFileSync(victim, 'untouched');
  const archives: [string, Buffer, number][] = [
    ['dots', craftArchive({ path: '../x', data: 'x' }), 125],
    ['hard link', craftArchive({ path: 'mine', type: 'link', target: '/etc/passwd' }), 125],
    ['link at the root', craftArchive({ path: './', type: 'symlink', target: '/' }), 125],
    ['whiteout', craftArchive({ path: 'a/.wh..', data: '' }), 125],
    ['deep', craftArchive({ path: `${'d/'.repeat(1500)}x` }), 125],
    [
      'through a link',
      craftArchive({ path: 's', type: 'symlink', target: outside }, { path: 's/victim', data: 'x' }),
      0,
    ],
    ['absolute', craftArchive({ path: victim, data: 'x' }), 0],
  ];
  const results = archives.map(async ([name, bytes], at) => {
    const file = join(agent.folder, `hostile-${at}.tar`);
    writeFileSync(file, bytes);
    // From a file and through a pipe, in turn.
    const image = `hostile-${at}`;
    const result = await (at % 2 === 0
      ? agent.box(['import', file, image])
      : agent.box(['import', '-', image], { input: bytes }));
    expect(result.stderr).toMatch(/^(box: [^\n]+\n)?$/);
    return [name, result.code];
  });
  expect(await Promise.all(results)).toEqual(archives.map(([name, , code]) => [name, code]));
  expect(execFileSync('cat', [victim]).toString()).toBe('untouched');
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
