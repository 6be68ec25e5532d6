import { execFileSync, spawn as nodeSpawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelError, LinuxSyscalls, MOUNT_ATTR_RDONLY } from './index.ts';

const kernel = new LinuxSyscalls();
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bx-kernel.'));
});
afterAll(() => {
  kernel[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
});

const busybox = (): number => kernel.loadHelper('/bin/busybox');

/** Runs a busybox applet as a child and returns what it wrote and how it ended. */
function shell(script: string, descriptors: Record<number, number> = {}) {
  return run(['sh', '-c', script], descriptors);
}

async function run(applet: string[], descriptors: Record<number, number> = {}) {
  const [ours, theirs] = kernel.socketpair('stream');
  const pid = kernel.spawn({
    fd: busybox(),
    argv: ['busybox', ...applet],
    env: ['GREETING=hello'],
    descriptors: { 1: theirs, ...descriptors },
  });
  kernel.close(theirs);
  const output = readAll(ours);
  return { output, end: await kernel.reap(pid) };
}

function readAll(fd: number): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(4096);
    const count = readSync(fd, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
  }
  closeSync(fd);
  return Buffer.concat(chunks).toString();
}

describe('spawn', () => {
  test('starts a program with the given environment alone and reports its exit code', async () => {
    const { output, end } = await shell('tr "\\0" "\\n" </proc/$$/environ; exit 7');
    expect(output).toBe('GREETING=hello\n');
    expect(end).toEqual({ code: 7 });
  });

  test('reports the signal that ended the child', async () => {
    expect((await shell('kill -TERM $$')).end).toEqual({ signal: 15 });
  });

  test('gives the child the named descriptors and no others', async () => {
    const extra = openSync('/dev/zero', 'r');
    const { output } = await shell('ls /proc/self/fd | tr "\\n" " "; readlink /proc/self/fd/9', { 9: extra });
    closeSync(extra);
    // 3 is ls reading the directory.
    expect(output).toBe('0 1 2 3 9 /dev/zero\n');
  });

  test('exchanges descriptors whose numbers overlap', async () => {
    const zero = openSync('/dev/zero', 'r');
    const full = openSync('/dev/full', 'r');
    const swapped = { [zero]: full, [full]: zero };
    const { output } = await shell(`readlink /proc/self/fd/${zero}; readlink /proc/self/fd/${full}`, swapped);
    closeSync(zero);
    closeSync(full);
    expect(output).toBe('/dev/full\n/dev/zero\n');
  });

  test('starts the child with no signal ignored or blocked', async () => {
    const { output } = await run(['grep', '-e', 'SigBlk', '-e', 'SigIgn', '/proc/self/status']);
    expect(output).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
  });

  test('names the program that cannot be run', () => {
    const fd = kernel.memfd('text', Buffer.from('no program'), { executable: true });
    const failing = () => kernel.spawn({ fd, argv: ['thing'], env: [], descriptors: {} });
    expect(failing).toThrow('posix_spawn thing: not a program this kernel can run (ENOEXEC)');
    kernel.close(fd);
  });

  test("leaves the children of Node's own child_process alone", async () => {
    const child = nodeSpawn('/bin/busybox', ['sh', '-c', 'exit 3']);
    const [{ end }, [code]] = await Promise.all([shell('exit 4'), once(child, 'exit')]);
    expect([end, code]).toEqual([{ code: 4 }, 3]);
  });

  test('reaps a hundred children that end at once', async () => {
    const pids = Array.from({ length: 100 }, (_, code) =>
      kernel.spawn({
        fd: busybox(),
        argv: ['busybox', 'sh', '-c', `exit ${code}`],
        env: [],
        descriptors: {},
      }),
    );
    const ends = await Promise.all(pids.map((pid) => kernel.reap(pid)));
    expect(ends).toEqual(pids.map((_, code) => ({ code })));
  });
});

describe('memfd', () => {
  test('a sealed one cannot be written to, also not by reopening it', () => {
    const fd = kernel.memfd('sealed', Buffer.from('content'), { seal: true, executable: true });
    expect(() => writeSync(fd, 'x')).toThrow('EPERM');
    expect(() => openSync(`/proc/self/fd/${fd}`, 'r+') && writeSync(fd, 'x')).toThrow();
    expect(readFileSync(`/proc/self/fd/${fd}`, 'utf8')).toBe('content');
    kernel.close(fd);
  });

  test('a plan is read from its start by whoever gets the descriptor', async () => {
    const plan = kernel.memfd('plan', Buffer.from('a plan'));
    expect((await shell('cat <&3', { 3: plan })).output).toBe('a plan');
    kernel.close(plan);
  });
});

describe('the helper', () => {
  test('runs from a read-only mount where the host forbids executable memfds', () => {
    const script = `
      const { writeFileSync, openSync } = await import('node:fs');
      writeFileSync('/proc/sys/vm/memfd_noexec', '2'); // of this process namespace alone
      const { LinuxSyscalls } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const kernel = new LinuxSyscalls();
      const fd = kernel.loadHelper('/bin/busybox');
      const pid = kernel.spawn({ fd, argv: ['busybox', 'sh', '-c', 'exit 9'], env: [], descriptors: {} });
      console.log(JSON.stringify(await kernel.reap(pid)));
      try { openSync('/proc/self/fd/' + fd, 'r+'); } catch (error) { console.log(error.code); }`;
    const node = [process.execPath, '--input-type=module', '-e', script];
    const output = execFileSync('unshare', ['--pid', '--fork', '--mount-proc', ...node], {
      encoding: 'utf8',
    });
    expect(output).toBe('{"code":9}\nEROFS\n');
  });
});

describe('sockets', () => {
  test('a descriptor sent over a socket arrives as the same open file', async () => {
    const [ours, theirs] = kernel.socketpair('stream');
    const plan = kernel.memfd('sent', Buffer.from('through the socket'));
    expect(kernel.sendDescriptors(ours, Buffer.from('x'), [plan])).toBe(1);
    kernel.close(plan);
    kernel.close(ours);
    const script =
      'import socket,os; s=socket.socket(fileno=3); d,f,*_=socket.recv_fds(s,10,4); print(d.decode(), os.pread(f[0],99,0).decode())';
    const output = execFileSync('python3', ['-c', script], {
      stdio: ['ignore', 'pipe', 'inherit', theirs],
      encoding: 'utf8',
    });
    kernel.close(theirs);
    expect(output).toBe('x through the socket\n');
  });

  test('says EAGAIN instead of waiting when the socket is full', () => {
    const [ours, theirs] = kernel.socketpair('stream');
    const fill = () => {
      for (;;) kernel.sendDescriptors(ours, Buffer.alloc(65536), []);
    };
    expect(fill).toThrow('EAGAIN');
    kernel.close(ours);
    kernel.close(theirs);
  });

  test('connects to a socket in a directory of any depth and knows the peer', async () => {
    const deep = join(directory, 'd'.repeat(120));
    mkdirSync(deep);
    const fd = kernel.openDirectory(deep);
    const server = createServer().listen(`/proc/self/fd/${fd}/ctl.sock`);
    await once(server, 'listening');
    const socket = kernel.connectSocket(fd, 'ctl.sock');
    expect(kernel.peerCredentials(socket)).toEqual({ pid: process.pid, uid: 0, gid: 0 });
    kernel.close(socket);
    server.close();
    expect(() => kernel.connectSocket(fd, 'nobody.sock')).toThrow('connect nobody.sock: no such file');
    kernel.close(fd);
  });
});

test('openDirectory beneath another refuses links and ways out', () => {
  const base = kernel.openDirectory(directory);
  mkdirSync(join(directory, 'inner'));
  execFileSync('ln', ['-s', '/etc', join(directory, 'link')]);
  kernel.close(kernel.openDirectory('inner', { beneath: base, path: true }));
  expect(() => kernel.openDirectory('link', { beneath: base })).toThrow('ELOOP');
  expect(() => kernel.openDirectory('../..', { beneath: base })).toThrow('EXDEV');
  kernel.close(base);
});

test('flock is held by one open file at a time', () => {
  const path = join(directory, 'lock');
  const [first, second] = [openSync(path, 'w'), openSync(path, 'w')];
  expect([kernel.flock(first), kernel.flock(second)]).toEqual([true, false]);
  closeSync(first);
  expect(kernel.flock(second)).toBe(true);
  closeSync(second);
});

describe('mounts', () => {
  test('an overlay is invisible until attached, then merges its layers and goes away with unmount', async () => {
    const [low, high, upper, work, target] = ['low', 'high', 'upper', 'work', 'target'].map((name) => {
      mkdirSync(join(directory, name));
      return join(directory, name);
    }) as [string, string, string, string, string];
    writeFileSync(join(low, 'name'), 'low');
    writeFileSync(join(high, 'name'), 'high');
    const mount = await kernel.overlay({ lowers: [high, low], upper, work, options: ['index=off'] });
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(upper);
    await kernel.moveMount(mount, target);
    expect(readFileSync(join(target, 'name'), 'utf8')).toBe('high');
    writeFileSync(join(target, 'new'), '');
    expect(existsSync(join(upper, 'new'))).toBe(true);
    await kernel.mountSetattr(mount, { set: MOUNT_ATTR_RDONLY });
    expect(() => writeFileSync(join(target, 'more'), '')).toThrow('EROFS');
    kernel.close(mount);
    await kernel.unmount(target);
    expect(existsSync(join(target, 'name'))).toBe(false);
  });

  test('a failed mount says which directory was missing', async () => {
    const missing = join(directory, 'missing');
    const failed = kernel.overlay({ lowers: [missing] });
    await expect(failed).rejects.toThrow(`fsconfig overlay lowerdir+ ${missing}: no such file or directory`);
    await expect(failed).rejects.toBeInstanceOf(KernelError);
  });

  test('open_tree clones a directory that can be attached elsewhere', async () => {
    const place = join(directory, 'place');
    mkdirSync(place);
    const tree = await kernel.openTree('/etc', { clone: true });
    await kernel.moveMount(tree, place);
    kernel.close(tree);
    expect(existsSync(join(place, 'passwd'))).toBe(true);
    await kernel.unmount(place, { detach: true });
  });
});

describe('waits', () => {
  test('watchPidfd resolves when a process ends, and at once when there is none', async () => {
    const child = nodeSpawn('/bin/busybox', ['cat']);
    const ended = Promise.all([kernel.watchPidfd(child.pid as number), once(child, 'exit')]);
    child.stdin.end();
    await ended;
    await kernel.watchPidfd(child.pid as number);
  });

  test('waitReadable serves two waiters of one descriptor and stops at an abort', async () => {
    const [ours, theirs] = kernel.socketpair('stream');
    const abort = new AbortController();
    const [first, second, third] = [
      kernel.waitReadable(ours),
      kernel.waitReadable(ours),
      kernel.waitReadable(ours, { signal: abort.signal }),
    ];
    abort.abort(new Error('no longer'));
    await expect(third).rejects.toThrow('no longer');
    writeSync(theirs, 'x');
    await Promise.all([first, second]);
    kernel.close(ours);
    kernel.close(theirs);
  });

  test('signals go through a pidfd, and to nobody once the process ended', async () => {
    const pid = kernel.spawn({ fd: busybox(), argv: ['busybox', 'sleep', '60'], env: [], descriptors: {} });
    const pidfd = kernel.pidfdOpen(pid);
    kernel.pidfdSignal(pidfd, 15);
    expect(await kernel.reap(pid)).toEqual({ signal: 15 });
    expect(() => kernel.pidfdSignal(pidfd, 0)).toThrow('no such process (ESRCH)');
    kernel.close(pidfd);
  });
});

test('a program that used the Worker ends by itself', () => {
  const script = `
    const { LinuxSyscalls } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const kernel = new LinuxSyscalls();
    kernel.close(await kernel.openTree('/etc'));
    void kernel.watchPidfd(process.ppid).catch(() => {});
    process.exitCode = 5;
    if (process.argv[1] === 'exit') process.exit();
    kernel[Symbol.dispose]();`;
  for (const how of ['exit', 'dispose']) {
    const program = () =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script, how], { timeout: 10_000 });
    expect(program).toThrow(expect.objectContaining({ status: 5 }));
  }
});
