import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  busybox,
  errorOf,
  execRequest,
  leaks,
  openTestEngine,
  run,
  runToEnd,
  watch,
} from '../engine.fixtures.ts';
import type { Engine } from '../open.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine('lifecycle');
});
afterEach(async () => {
  const { containers } = engine.services;
  const all = await containers.list({ all: true, filters: [] });
  await Promise.all(all.map(({ id }) => containers.remove(id, { force: true })));
  expect(await leaks(engine)).toEqual([]);
});
afterAll(() => engine?.close());

/** The program has set its handlers: until then the kernel drops signals to a first process. */
async function ready(id: string) {
  const watched = await watch(engine, { container: id, offset: 'start' });
  await watched.saw('ready');
  watched.handle.close();
}

test('a container runs to its end and keeps its exit code', async () => {
  const view = await runToEnd(engine, { command: ['sh', '-c', 'exit 7'] });
  expect(view).toMatchObject({ state: 'exited', exit: { kind: 'code', code: 7 }, pid: null });
  expect(Date.parse(view.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(view.startedAt ?? ''));
});

test('a missing command is 127, one that cannot be executed 126, and the container stays', async () => {
  const { containers } = engine.services;
  const missing = await containers.create(busybox({ command: ['nonsense'], name: 'missing' }));
  expect(await errorOf(containers.start(missing.id))).toMatchObject({ code: 'COMMAND_NOT_FOUND' });
  expect(await containers.inspect('missing')).toMatchObject({
    state: 'created',
    exit: { kind: 'code', code: 127 },
  });
  const directory = await containers.create(busybox({ command: ['/etc'], name: 'directory' }));
  expect(await errorOf(containers.start(directory.id))).toMatchObject({ code: 'COMMAND_NOT_EXECUTABLE' });
  expect(await containers.inspect('directory')).toMatchObject({
    state: 'created',
    exit: { kind: 'code', code: 126 },
    reason: expect.stringContaining('could not start'),
  });
});

test('start works again after the end and keeps the file system', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sh', '-c', 'echo x >> /count; exit $(wc -l < /count)'] });
  expect(await containers.wait(id)).toMatchObject({ exit: { code: 1 } });
  await containers.start(id);
  expect(await containers.wait(id)).toMatchObject({ exit: { code: 2 } });
});

test('stop asks with the stop signal and is told apart from an end by itself', async () => {
  const { containers } = engine.services;
  const id = await run(engine, {
    command: ['sh', '-c', 'trap "exit 3" TERM; echo ready; while :; do sleep 0.01; done'],
  });
  await ready(id);
  expect(await containers.stop(id)).toMatchObject({ state: 'stopped', exit: { kind: 'code', code: 3 } });
  expect(await errorOf(containers.stop(id))).toMatchObject({
    code: 'WRONG_STATE',
    message: expect.stringContaining('is stopped'),
  });
});

test('a program that ignores the stop signal is killed after the timeout', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] });
  const before = performance.now();
  expect(await containers.stop(id, 1)).toMatchObject({
    state: 'stopped',
    exit: { kind: 'signal', signal: 9 },
  });
  expect(performance.now() - before).toBeGreaterThan(900);
});

test('kill by signal name, number and default', async () => {
  const { containers } = engine.services;
  const loop = ['sh', '-c', 'trap "exit 5" USR1; echo ready; while :; do sleep 0.01; done'];
  const first = await run(engine, { command: loop });
  await ready(first);
  await containers.kill(first, 'usr1');
  expect(await containers.wait(first)).toMatchObject({ state: 'exited', exit: { code: 5 } });
  const second = await run(engine, { command: loop });
  expect(await containers.kill(second, 'SIGKILL')).toMatchObject({ state: 'stopped', exit: { signal: 9 } });
  expect(await errorOf(containers.kill(second, 'SIGKILL'))).toMatchObject({ code: 'WRONG_STATE' });
});

test('restart, rename, names that are taken', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sleep', '1000'], name: 'one', stopTimeout: 0 });
  const { pid } = await containers.inspect('one');
  const again = await containers.restart('one');
  expect(again.state).toBe('running');
  expect(again.pid).not.toBe(pid);
  expect(await containers.rename(id, 'two')).toMatchObject({ name: 'two' });
  expect(await errorOf(containers.create(busybox({ name: 'two' })))).toMatchObject({
    code: 'ALREADY_EXISTS',
  });
  expect(await errorOf(containers.inspect('one'))).toMatchObject({
    code: 'NOT_FOUND',
    message: 'no container is called "one"',
  });
});

test('removing needs a stopped container, or force', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sleep', '1000'] });
  expect(await errorOf(containers.remove(id, { force: false }))).toMatchObject({
    code: 'WRONG_STATE',
    hint: expect.stringContaining('box rm -f'),
  });
  const waiting = containers.wait(id);
  await containers.remove(id, { force: true });
  expect(await waiting).toMatchObject({ exit: { kind: 'signal', signal: 9 } });
  expect(await containers.list({ all: true, filters: [] })).toEqual([]);
});

test('remove by force gets through while a stop waits', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] });
  const stopping = containers.stop(id, 60);
  await containers.remove(id, { force: true });
  expect(await stopping).toMatchObject({ exit: { signal: 9 } });
});

test('a container with autoRemove goes by itself, also when it cannot start', async () => {
  const { containers } = engine.services;
  const { id } = await containers.create(busybox({ command: ['true'], autoRemove: true }));
  const removed = new Promise<void>((resolve) => {
    const end = engine.feed((message) => {
      if (message.type !== 'removed' || message.id !== id) return;
      resolve();
      end();
    });
  });
  await containers.start(id);
  await removed;
  const broken = await containers.create(busybox({ command: ['nonsense'], autoRemove: true }));
  await errorOf(containers.start(broken.id));
  await expect.poll(() => containers.list({ all: true, filters: [] })).toEqual([]);
});

test('the same id twice is the same container; exec by the same id runs once', async () => {
  const { containers } = engine.services;
  const request = busybox({ id: 'ab'.repeat(32), command: ['sleep', '1000'] });
  const [first, second] = [await containers.create(request), await containers.create(request)];
  expect(second).toEqual(first);
  await containers.start(first.id);
  const exec = execRequest(first.id, ['sh', '-c', 'echo once >> /count; exit 9'], { detach: true });
  await Promise.all([containers.exec(exec), containers.exec(exec)]);
  expect(await containers.execWait(first.id, exec.id)).toMatchObject({
    running: false,
    exit: { kind: 'code', code: 9 },
  });
  await containers.exec(exec);
  const count = execRequest(first.id, ['sh', '-c', 'exit $(wc -l < /count)'], { detach: true });
  await containers.exec(count);
  expect(await containers.execWait(first.id, count.id)).toMatchObject({ exit: { code: 1 } });
});

test('exec fails as Docker’s does and leaves no session', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sleep', '1000'] });
  expect(await errorOf(containers.exec(execRequest(id, ['nonsense'])))).toMatchObject({
    code: 'COMMAND_NOT_FOUND',
  });
  expect(await errorOf(containers.exec(execRequest(id, ['/etc'])))).toMatchObject({
    code: 'COMMAND_NOT_EXECUTABLE',
  });
  expect((await containers.inspect(id)).execs).toEqual([]);
  await containers.kill(id, 'KILL');
  expect(await errorOf(containers.exec(execRequest(id, ['true'])))).toMatchObject({ code: 'WRONG_STATE' });
});

test('top shows the processes as they are inside and outside', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sh', '-c', 'sleep 1000 & wait'] });
  await expect
    .poll(async () => (await containers.top(id)).processes.map((row) => [row[0], row.at(-1)]))
    .toEqual([
      ['1', 'sh -c sleep 1000 & wait'],
      [expect.any(String), 'sleep 1000'],
    ]);
});

test('bad wishes are refused before anything is made', async () => {
  const { containers } = engine.services;
  const bind = { type: 'bind' as const, source: '/nonsense', target: '/x' };
  expect(await errorOf(containers.create(busybox({ mounts: [bind] })))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    hint: 'make it first: mkdir -p /nonsense',
  });
  expect(await errorOf(containers.create(busybox({ image: 'busibox' })))).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await errorOf(containers.create(busybox({ timezone: 'Mars/Phobos' })))).toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

test('binds, host name and environment arrive; a root directory works', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bx-bind-'));
  writeFileSync(join(directory, 'in'), 'hello');
  const view = await runToEnd(engine, {
    name: 'webby',
    env: ['A=b c'],
    mounts: [{ type: 'bind', source: directory, target: '/mnt/x' }],
    command: ['sh', '-c', 'cat /mnt/x/in; echo "$(hostname) $A $(cat /etc/hostname)" > /mnt/x/out'],
  });
  expect(view.exit).toEqual({ kind: 'code', code: 0 });
  expect(readFileSync(join(directory, 'out'), 'utf8')).toBe('webby b c webby\n');
});

test('attached before the start, a viewer misses nothing, and its exit comes after the last byte', async () => {
  const { containers } = engine.services;
  const { id } = await containers.create(
    busybox({ command: ['sh', '-c', 'echo out; echo err >&2; exit 4'], autoRemove: true }),
  );
  const watched = await watch(engine, { container: id, awaitStart: true });
  expect(watched.handle.opened).toMatchObject({ running: false, offset: 0 });
  await containers.start(id);
  expect(await watched.exit).toMatchObject({ code: 4, signal: 0 });
  expect([watched.text(1), watched.text(2)]).toEqual(['out\n', 'err\n']);
});

test('input reaches the program byte for byte', async () => {
  const { containers } = engine.services;
  const { id } = await containers.create(busybox({ command: ['cat'], openStdin: true }));
  const watched = await watch(engine, { container: id, awaitStart: true });
  watched.handle.input(0, Buffer.from('hello '));
  await containers.start(id);
  watched.handle.input(6, Buffer.from('world'));
  watched.handle.closeInput(11);
  expect(await watched.exit).toMatchObject({ code: 0 });
  expect(watched.text()).toBe('hello world');
});

test('an ended container is replayed from its log, from any offset', async () => {
  const id = await run(engine, { command: ['sh', '-c', 'echo one; echo two; printf three'] });
  await engine.services.containers.wait(id);
  const all = await watch(engine, { container: id, offset: 'start' });
  expect(await all.exit).toMatchObject({ code: 0 });
  expect(all.text()).toBe('one\ntwo\nthree');
  const rest = await watch(engine, { container: id, offset: 6 });
  await rest.exit;
  expect(rest.text()).toBe('o\nthree');
  const now = await watch(engine, { container: id, offset: 'live' });
  expect(await now.exit).toMatchObject({ code: 0 });
  expect(now.text()).toBe('');
});

test('what lies before the ring comes from the log, without a gap', async () => {
  const id = await run(engine, {
    command: ['sh', '-c', 'i=0; while [ $i -lt 60000 ]; do echo line $i; i=$((i+1)); done; sleep 1000'],
    stopTimeout: 0,
  });
  const watched = await watch(engine, { container: id, offset: 'start', lossless: false });
  await watched.saw('line 59999\n');
  const text = watched.text();
  expect(text).toBe(Array.from({ length: 60_000 }, (_, index) => `line ${index}\n`).join(''));
  expect(watched.skipped).toEqual([]);
  watched.handle.close();
});

test('offsets go on over a restart of the container', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['echo', 'hello'] });
  await containers.wait(id);
  await containers.start(id);
  await containers.wait(id);
  const watched = await watch(engine, { container: id, offset: 'start' });
  await watched.exit;
  expect(watched.text()).toBe('hello\nhello\n');
  const { logDirectory } = await containers.inspect(id);
  expect(readdirSync(logDirectory).sort()).toEqual(['00000000-0.log', '00000001-6.log']);
});

test('the output of an exec is kept until its viewer comes, and its exit follows it', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sleep', '1000'], stopTimeout: 0 });
  const exec = execRequest(id, ['sh', '-c', 'echo out; echo err >&2; exit 6']);
  await containers.exec(exec);
  await containers.execWait(id, exec.id);
  const watched = await watch(engine, { container: id, session: exec.id, offset: 0 });
  expect(await watched.exit).toMatchObject({ code: 6 });
  expect([watched.text(1), watched.text(2)]).toEqual(['out\n', 'err\n']);
});

test('a terminal session is told to whoever remembers screens', async () => {
  const { containers } = engine.services;
  const told: string[] = [];
  const end = engine.onTerminal({
    started: ({ session, rows, columns }) =>
      void told.push(`started ${session.slice(0, 4)} ${rows}x${columns}`),
    ended: (_container, session) => void told.push(`ended ${session.slice(0, 4)}`),
  });
  const { id } = await containers.create(
    busybox({ command: ['sh', '-c', 'stty size; read x'], tty: true, openStdin: true }),
  );
  const watched = await watch(engine, { container: id, awaitStart: true });
  await containers.start(id, { rows: 33, columns: 99 });
  await watched.saw('33 99\r\n');
  watched.handle.input(0, Buffer.from('\r'));
  expect(await watched.exit).toMatchObject({ code: 0 });
  await containers.wait(id);
  expect(told).toEqual(['started  33x99', 'ended ']);
  end();
});

test('the plan of the next start can be read', async () => {
  const { containers } = engine.services;
  const { id } = await containers.create(busybox({ hostname: 'planned' }));
  expect((await containers.plan(id)).join('\n')).toContain('planned');
});

test('the record on disk follows the container', async () => {
  const { containers } = engine.services;
  const { id } = await containers.create(busybox({ name: 'recorded' }));
  const { root } = await engine.services.system.info();
  const path = join(root, 'containers', id, 'container.json');
  await expect.poll(() => existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).name).toBe('recorded');
  await containers.rename(id, 'renamed');
  await expect.poll(() => JSON.parse(readFileSync(path, 'utf8')).name).toBe('renamed');
});

test('a container that ended is attached to before its next start, with input', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['cat'], openStdin: true });
  const first = await watch(engine, { container: id });
  first.handle.closeInput(0);
  await containers.wait(id);
  const second = await watch(engine, { container: id, awaitStart: true });
  second.handle.input(0, Buffer.from('again'));
  second.handle.closeInput(5);
  await containers.start(id);
  expect(await second.exit).toMatchObject({ code: 0 });
  expect(second.text()).toBe('again');
});

test('a viewer that waits for a start which fails is told why', async () => {
  const { containers } = engine.services;
  const { id } = await containers.create(busybox({ command: ['nonsense'] }));
  const watched = await watch(engine, { container: id, awaitStart: true });
  await errorOf(containers.start(id));
  expect(await errorOf(watched.exit)).toMatchObject({ message: expect.stringContaining('could not start') });
  expect(await errorOf(watch(engine, { container: id }))).toMatchObject({ code: 'WRONG_STATE' });
});

test('a viewer gets no more than it has credit for', async () => {
  const id = await run(engine, { command: ['sh', '-c', 'seq 100000; sleep 1000'], stopTimeout: 0 });
  const got: number[] = [];
  const handle = await engine.attach(
    { container: id, clientId: '0'.repeat(16), offset: 0, input: false, lossless: true, credit: 1000 },
    {
      data: (_stream, _offset, bytes) => void got.push(bytes.length),
      ack() {},
      skipped() {},
      exit() {},
      error() {},
    },
  );
  const sum = () => got.reduce((total, length) => total + length, 0);
  await expect.poll(sum).toBeGreaterThanOrEqual(990);
  expect(sum()).toBeLessThanOrEqual(1000);
  handle.credit(5000);
  await expect.poll(sum).toBeGreaterThanOrEqual(5900);
  expect(sum()).toBeLessThanOrEqual(6000);
  handle.close();
});
