import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
let host: string;
const sh = (script: string) => execFileSync('bash', ['-euc', script], { cwd: host, encoding: 'utf8' });
const inBox = (script: string, name = 'live') => agent.ok(['exec', name, 'sh', '-c', script]);
const cp = async (...words: string[]) => agent.box(['cp', ...words], { cwd: host });
const copied = { code: 0, stdout: '', stderr: '' };

beforeAll(async () => {
  agent = await TestAgent.start();
  host = mkdtempSync(join(tmpdir(), 'copy-'));
  await agent.ok(['volume', 'create', 'vol']);
  await agent.ok([
    'run',
    '-d',
    '--name',
    'live',
    '--tmpfs',
    '/scratch',
    '-v',
    'vol:/vol',
    'busybox',
    'sleep',
    '1000',
  ]);
  await agent.ok(['create', '--name', 'still', '--tmpfs', '/scratch', '-v', 'vol:/vol', 'busybox', 'true']);
});
afterAll(async () => {
  await agent?.stop();
  rmSync(host, { recursive: true, force: true });
});
beforeEach(async () => {
  sh(
    'rm -rf ./*; mkdir -p src/deep; echo one > src/one; ln -s one src/link; echo file > file; chmod 640 file',
  );
  await inBox('rm -rf /w; mkdir -p /w/dir; echo old > /w/old');
});

describe('from this machine to a box, by the rules of docker cp', () => {
  test.each([
    ['a file into a directory', ['file', 'live:/w/dir'], '/w/dir/file'],
    ['a file under a new name', ['file', 'live:/w/new'], '/w/new'],
    ['a file over a file', ['file', 'live:/w/old'], '/w/old'],
    ['a relative path, from the root', ['file', 'live:w/dir/'], '/w/dir/file'],
    ['a directory into a directory', ['src', 'live:/w/dir'], '/w/dir/src/one'],
    ['a directory under a new name', ['src', 'live:/w/new'], '/w/new/one'],
    ['a directory under a new name with a slash', ['src/', 'live:/w/new/'], '/w/new/one'],
    ['what a directory holds', ['src/.', 'live:/w/dir'], '/w/dir/one'],
    ['what a directory holds, into a new one', ['src/.', 'live:/w/new'], '/w/new/one'],
  ])('%s', async (_, words, expected) => {
    expect(await cp(...words)).toEqual(copied);
    expect(await inBox(`test -f ${expected} && stat -c %u:%g ${expected}`)).toBe('0:0');
  });

  test.each([
    ['a file to a directory that is not there', ['file', 'live:/w/none/'], 'there is no directory /w/none/'],
    ['a file below a directory that is not there', ['file', 'live:/w/none/x'], '/w/none'],
    ['a directory over a file', ['src', 'live:/w/old'], 'is a directory, /w/old is a file'],
    ['a file to a file with a slash', ['file', 'live:/w/old/'], 'is not a directory'],
    ['a file that is not there', ['none', 'live:/w'], 'there is no file or directory none'],
    ['between boxes', ['live:/w', 'still:/w'], 'not between boxes'],
    ['without a box', ['file', './x'], 'neither side names a box'],
    ['to a box that is not there', ['file', 'nobody:/w'], 'nobody'],
    ['to nothing', ['file', 'live:'], 'names no path'],
    ['into the kernel', ['file', 'live:/proc/sys/x'], 'belongs to the kernel'],
  ])('refuses to copy %s', async (_, words, message) => {
    const { code, stderr } = await cp(...words);
    expect(stderr).toContain(message);
    expect(code).not.toBe(0);
  });

  test('links stay links, -L follows the one that is named, -a keeps owners', async () => {
    sh('chown 1234:4321 file');
    expect(await cp('src/link', 'live:/w/link')).toEqual(copied);
    expect(await inBox('readlink /w/link')).toBe('one');
    expect(await cp('-L', 'src/link', 'live:/w/followed')).toEqual(copied);
    expect(await inBox('cat /w/followed')).toBe('one');
    expect(await cp('-a', 'file', 'live:/w/owned')).toEqual(copied);
    expect(await inBox('stat -c "%u:%g %a" /w/owned')).toBe('1234:4321 640');
  });

  test('a link in the box at the end of the destination counts as what it leads to, inside the box', async () => {
    await inBox('ln -s /w/dir /w/todir; ln -s ../../../../../w/old /w/tofile; ln -s nowhere /w/dangling');
    expect(await cp('file', 'live:/w/todir')).toEqual(copied);
    expect(await cp('file', 'live:/w/tofile')).toEqual(copied);
    expect(await inBox('cat /w/dir/file /w/old')).toBe('file\nfile');
    expect((await cp('file', 'live:/w/dangling')).stderr).toContain('leads nowhere');
  });

  test('volumes and tmpfs take copies; of a box that is stopped the volume does', async () => {
    expect(await cp('file', 'live:/scratch/')).toEqual(copied);
    expect(await inBox('cat /scratch/file')).toBe('file');
    expect(await cp('src/.', 'still:/vol')).toEqual(copied);
    expect(await inBox('cat /vol/one')).toBe('one');
    expect(await cp('still:/vol/one', 'back')).toEqual(copied);
    expect(readFileSync(join(host, 'back'), 'utf8')).toBe('one\n');
    expect((await cp('file', 'still:/scratch/')).stderr).toContain('is a tmpfs');
    expect(await cp('file', 'still:/root')).toEqual(copied);
    expect(await agent.ok(['diff', 'still'])).toContain('A /root/file');
  });

  test('the files that the agent binds can be written, not replaced', async () => {
    expect(await cp('file', 'live:/etc/hosts')).toEqual(copied);
    expect(await inBox('cat /etc/hosts')).toBe('file');
  });
});

describe('from a box to this machine', () => {
  test('files, directories and what they hold, named as docker cp names them', async () => {
    await inBox(
      'mkdir -p /w/tree/sub; echo t > /w/tree/t; ln -s t /w/tree/l; chown 7:8 /w/tree/t; chmod 4755 /w/tree/t; touch -d @1000 /w/tree/t',
    );
    mkdirSync(join(host, 'to'));
    const copies = [
      ['live:/w/old', 'to', 'to/old'],
      ['live:/w/old', 'named', 'named'],
      ['live:/w/tree', 'to', 'to/tree/t'],
      ['live:/w/tree', 'fresh', 'fresh/t'],
      ['live:/w/tree/.', 'to', 'to/t'],
      ['live:/w/tree/', '.', 'tree/t'],
    ] as const;
    for (const [from, to, made] of copies) {
      expect(await cp(from, to)).toEqual(copied);
      expect(existsSync(join(host, made)), `${from} ${to}`).toBe(true);
    }
    expect(readlinkSync(join(host, 'fresh/l'))).toBe('t');
    // Not a program that runs as whoever copied it.
    expect(lstatSync(join(host, 'fresh/t'))).toMatchObject({ mode: 0o100755, uid: process.getuid?.() });
    expect(lstatSync(join(host, 'fresh/t')).mtimeMs).toBe(1_000_000);
    expect(await cp('-L', 'live:/w/tree/l', 'followed')).toEqual(copied);
    expect(readFileSync(join(host, 'followed'), 'utf8')).toBe('t\n');
    expect(await cp('-a', 'live:/w/tree/t', 'kept')).toEqual(copied);
    expect(lstatSync(join(host, 'kept'))).toMatchObject({ mode: 0o104755, uid: 7, gid: 8 });
  });

  test('refuses what does not fit', async () => {
    expect((await cp('live:/none', '.')).stderr).toContain('there is no /none in the box live');
    expect((await cp('live:/w/old/', '.')).stderr).toContain('is not a directory');
    expect((await cp('live:/w/dir', 'file')).stderr).toContain('is a directory, file is a file');
    expect((await cp('live:/w/old', 'nowhere/')).stderr).toContain('there is no directory nowhere/');
    expect((await cp('live:/w/old', 'no/where')).stderr).toContain('there is no directory no');
  });

  test('never writes through a link that is already here', async () => {
    mkdirSync(join(host, 'outside'));
    mkdirSync(join(host, 'to'));
    await inBox('mkdir -p /w/tree/sub; echo t > /w/tree/sub/t');
    mkdirSync(join(host, 'to/tree'));
    symlinkSync('../../outside', join(host, 'to/tree/sub'));
    expect((await cp('live:/w/tree', 'to')).stderr).toContain("'tree/sub'");
    expect(readdirSync(join(host, 'outside'))).toEqual([]);
    symlinkSync('../outside/new', join(host, 'to/old'));
    expect(await cp('live:/w/old', 'to/old')).toEqual(copied);
    expect(existsSync(join(host, 'outside/new'))).toBe(false);
    expect(lstatSync(join(host, 'to/old')).isFile()).toBe(true);
  });
});

describe('archives through pipes', () => {
  test('cp - and export speak tar', async () => {
    writeFileSync(join(host, 'in.tar'), execFileSync('tar', ['-c', 'src', 'file'], { cwd: host }));
    const input = readFileSync(join(host, 'in.tar'));
    expect(await agent.box(['cp', '-', 'live:/w/dir'], { input })).toEqual(copied);
    expect(await inBox('ls /w/dir /w/dir/src')).toBe('/w/dir:\nfile\nsrc\n\n/w/dir/src:\ndeep\nlink\none');
    expect((await agent.box(['cp', '-', 'live:/w/old'], { input })).stderr).toContain('not a directory');
    const names = (command: string) => sh(`${command} | tar -t`).trim().split('\n');
    writeFileSync(
      join(host, 'out.tar'),
      Buffer.from((await agent.box(['cp', 'live:/w/dir/src', '-'])).stdout, 'latin1'),
    );
    expect(names('cat out.tar')).toEqual(['src/', 'src/deep/', 'src/link', 'src/one']);
    await agent.ok(['export', '-o', join(host, 'all.tar'), 'live']);
    const all = names('cat all.tar');
    expect(all).toEqual(expect.arrayContaining(['bin/busybox', 'w/dir/file', 'w/old']));
    // What is mounted is no part of the box's own files.
    expect(all).not.toContain('vol/one');
    expect(all.filter((name) => name.startsWith('proc/'))).toEqual(['proc/']);
    await agent.ok(['export', '-o', join(host, 'still.tar'), 'still']);
    expect(names('cat still.tar')).toContain('bin/busybox');
  });
});

test('a copy that nobody takes does not keep a box from starting again', async () => {
  await agent.ok([
    'run',
    '-d',
    '--name',
    'slow',
    'busybox',
    'sh',
    '-c',
    'head -c 50000000 /dev/zero > /big; exec sleep 1000',
  ]);
  await agent.ok([
    'exec',
    'slow',
    'sh',
    '-c',
    'until [ "$(stat -c %s /big)" = 50000000 ]; do usleep 1000; done',
  ]);
  const copy = spawn(BOX, ['cp', 'slow:/big', '-'], { env: agent.env, stdio: ['ignore', 'pipe', 'pipe'] });
  await once(copy.stdout, 'readable');
  await agent.ok(['restart', '-t', '0', 'slow']);
  copy.stdout.resume();
  const said = await text(copy.stderr);
  expect(said).toMatch(/^box: /);
  expect(copy.exitCode ?? (await once(copy, 'exit'))[0]).not.toBe(0);
  expect(await agent.ok(['exec', 'slow', 'echo', 'up'])).toBe('up');
});

test('diff tells what a box added, changed and deleted, and not what was made to run it', async () => {
  await agent.ok(['run', '--name', 'idle', 'busybox', 'true']);
  expect(await agent.ok(['diff', 'idle'])).toBe('');
  await agent.ok([
    'run',
    '--name',
    'busy',
    '-v',
    'vol:/mnt/vol',
    'busybox',
    'sh',
    '-c',
    'echo x > /etc/passwd; rm /bin/vi; mkdir /new; echo n > /new/n; echo v > /mnt/vol/v; echo t > /tmp/t',
  ]);
  const lines = (await agent.ok(['diff', 'busy'])).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining(['C /bin', 'D /bin/vi', 'C /etc', 'C /etc/passwd', 'A /new', 'A /new/n']),
  );
  expect(lines.filter((line) => /hosts|resolv|proc|dev|\/mnt/.test(line))).toEqual([]);
  expect(JSON.parse(await agent.ok(['diff', '--format', 'json', 'busy']))).toContainEqual({
    kind: 'A',
    path: '/new/n',
  });
});
