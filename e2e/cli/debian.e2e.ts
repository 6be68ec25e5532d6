/** A real distribution: imported in both forms, used as a person would. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { debianRootfs } from '../fixtures/debian-rootfs.ts';
import { BOX, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';

let agent: TestAgent;
/** The archive unpacked by tar: what the box's file system is compared with. */
let reference: string;
beforeAll(async () => {
  const archive = await debianRootfs();
  agent = await TestAgent.start();
  expect(await agent.ok(['import', archive, 'debian'])).toBe('debian:latest');
  reference = join(agent.folder, 'image', 'rootfs');
  mkdirSync(reference, { recursive: true });
  execFileSync('tar', ['xzf', archive, '-C', reference, '--numeric-owner']);
}, 400_000);
afterAll(() => agent.stop());

test('its own tools work', async () => {
  expect(await agent.ok(['run', '--rm', 'debian', 'dpkg', '-l'])).toMatch(/^ii +bash/m);
  expect(await agent.ok(['run', '--rm', 'debian', 'perl', '-v'])).toContain('This is perl 5');
  expect((await agent.box(['run', '--rm', 'debian', 'sh', '-c', 'exit 7'])).code).toBe(7);
});

test('files keep owners, modes, links and times', async () => {
  // Not /etc itself and what each start writes there; a merged directory of OverlayFS counts its links otherwise.
  const list = [
    'sh',
    '-c',
    `cd "$1" && find etc usr/bin bin var/lib/dpkg \\( -type d -printf '%p %y %m %U %G %Ts\\n' -o -printf '%p %y %m %U %G %l %n %Ts\\n' \\) | grep -Ev '^etc(/hosts|/hostname|/resolv.conf)? ' | sort`,
    'sh',
  ];
  const inside = await agent.ok(['run', '--rm', '-e', 'LC_ALL=C', 'debian', ...list, '/']);
  const outside = execFileSync(list[0] ?? '', [...list.slice(1), reference], {
    encoding: 'utf8',
    maxBuffer: 1e8,
    env: { ...process.env, LC_ALL: 'C' },
  });
  expect(inside.split('\n')).toEqual(outside.trim().split('\n'));
});

test('a directory with image.json and rootfs is an image with its configuration', async () => {
  writeFileSync(
    join(agent.folder, 'image', 'image.json'),
    JSON.stringify({
      name: 'from-directory',
      tag: 'v1',
      cmd: ['sh', '-c', 'echo $GREETING from $(pwd) as $(id -un)'],
      env: ['GREETING=hello'],
      workdir: '/srv',
      user: 'www-data',
    }),
  );
  expect(await agent.ok(['import', join(agent.folder, 'image')])).toBe('from-directory:v1');
  expect(await agent.ok(['run', '--rm', 'from-directory:v1'])).toBe('hello from /srv as www-data');
});

test('an archive from stdin is an image', async () => {
  const tar = execFileSync(
    'tar',
    [
      'c',
      '-C',
      reference,
      'bin',
      'lib',
      'lib64',
      'usr/bin/dash',
      'usr/lib/x86_64-linux-gnu/libc.so.6',
      'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
      'usr/lib64',
    ],
    { maxBuffer: 1e9 },
  );
  expect(await agent.ok(['import', '-', 'piped'], { input: tar })).toBe('piped:latest');
  expect(await agent.ok(['run', '--rm', 'piped', '/bin/dash', '-c', 'echo works'])).toBe('works');
});

test('--rootfs runs a directory of the host', async () => {
  expect(await agent.ok(['run', '--rm', '--rootfs', reference, 'cat', '/etc/debian_version'])).toBe(
    readFileSync(join(reference, 'etc/debian_version'), 'utf8').trim(),
  );
});

test('a terminal in bash: colours, completion, vi, the screen after it', async () => {
  await using terminal = new Terminal(BOX, ['run', '--rm', '-it', 'debian', 'bash'], { env: agent.env });
  await terminal.waitFor(/root@\w+.*# /);
  terminal.write('ls --color=always -d /tmp\r');
  await terminal.waitFor(/\[[\d;]+m\/tmp/);
  await terminal.waitFor('# ');
  terminal.write('cat /etc/debian_ver\t\r');
  await terminal.waitFor(/[\r\n]\d+\.\d+/);
  await terminal.waitFor('# ');
  terminal.write('vi /tmp/note\r');
  await terminal.waitFor('"/tmp/note" [New');
  terminal.write('ihello from vi\x1b:wq\r');
  await terminal.waitFor('[?1049l');
  await terminal.waitFor('# ');
  terminal.write('cat /tmp/note\r');
  await terminal.waitFor(/[\r\n]hello from vi/);
  terminal.write('exit 3\r');
  expect(await terminal.exited).toBe(3);
  expect(await terminal.isCooked()).toBe(true);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
