/** Masks undone (CVE-2025-31133, CVE-2025-52565, CVE-2019-16884, CVE-2019-19921) and /dev of the image (CVE-2026-41579). */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';
import { importImage } from './image.ts';

let agent: TestAgent;
let outside: string;
beforeAll(async () => {
  agent = await TestAgent.start();
  outside = join(agent.folder, 'outside');
  mkdirSync(outside);
});
afterAll(() => agent.stop());

test.each(['proc', 'sys'])('an image whose /%s is a link does not start', async (path) => {
  await importImage(agent, `fake-${path}`, [
    { path: 'fake/', type: 'directory', mode: 0o755 },
    { path, type: 'symlink', target: '/fake' },
  ]);
  const result = await agent.box(['run', '--rm', `fake-${path}`, 'true']);
  expect(result).toMatchObject({ code: 125, stdout: '' });
  expect(result.stderr).toMatch(
    new RegExp(`^box: [^\\n]*/${path}[^\\n]*must be a real directory[^\\n]*\\n$`),
  );
});

test('an image with a /dev/null of its own does not undo a mask', async () => {
  await importImage(agent, 'null', [
    { path: 'dev/', type: 'directory', mode: 0o755 },
    { path: 'dev/null', data: 'mine' },
    { path: 'dev/zero', type: 'symlink', target: '/proc/sysrq-trigger' },
  ]);
  const script =
    'stat -c %F,%t,%T /dev/null; cat /proc/kcore /proc/keys /proc/timer_list | wc -c; ls /proc/scsi | wc -l';
  expect(await agent.ok(['run', '--rm', 'null', 'sh', '-c', script])).toBe(
    'character special file,1,3\n0\n0',
  );
});

test('links in the place of /dev, /dev/pts, /dev/console and /dev/shm lead nowhere outside', async () => {
  const up = `${'../'.repeat(20)}${outside.slice(1)}`;
  await importImage(agent, 'dev-link', [{ path: 'dev', type: 'symlink', target: outside }]);
  await importImage(agent, 'dev-up', [{ path: 'dev', type: 'symlink', target: up }]);
  await importImage(agent, 'inner', [
    { path: 'dev/', type: 'directory', mode: 0o755 },
    ...['pts', 'console', 'shm', 'mqueue', 'fd', 'ptmx'].map((name) => ({
      path: `dev/${name}`,
      type: 'symlink' as const,
      target: outside,
    })),
  ]);
  for (const image of ['dev-link', 'dev-up', 'inner']) {
    await agent.box(['run', '--rm', image, 'true']);
    await using terminal = new Terminal(BOX, ['run', '--rm', '-it', image, 'true'], { env: agent.env });
    await terminal.exited;
    expect(readdirSync(outside)).toEqual([]);
  }
});

test('root of a box cannot take a mask away', async () => {
  const attempts = [
    'umount /proc/kcore',
    'mount -t proc proc /tmp',
    'mount -o remount,rw /proc/sys',
    'echo 1 >/proc/sys/kernel/sysrq',
    'echo b >/proc/sysrq-trigger',
  ];
  const script = attempts.map((attempt) => `(${attempt}) 2>/dev/null && echo "${attempt}"`).join('; ');
  expect(await agent.box(['run', '--rm', 'busybox', 'sh', '-c', `${script}; true`])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
