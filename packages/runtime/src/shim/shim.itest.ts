import { rmSync } from 'node:fs';
import { SESSION_HOLD, SESSION_STDIN, SESSION_TTY } from '@boxyard/spec';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adopt } from '../adopt.ts';
import { compileExec, type ExecInput } from '../plan/exec.ts';
import { containerConfig } from '../plan/plan.fixtures.ts';
import { DEFAULT_TERMINAL, RING_BYTES } from '../plan/start.ts';
import { RuntimeLab, type TestBox } from '../testing.ts';
import { containerTop } from '../top.ts';
import { openViewer, type Viewer } from './viewer.testing.ts';

let lab: RuntimeLab;
beforeAll(() => {
  lab = new RuntimeLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const sh = (script: string) => ({ args: ['sh', '-c', script] });

const viewers = new Map<TestBox, Viewer[]>();
async function view(box: TestBox, options: Parameters<typeof openViewer>[2] = {}): Promise<Viewer> {
  const viewer = await openViewer(lab.kernel, box.runDirectory, options);
  viewers.set(box, [...(viewers.get(box) ?? []), viewer]);
  return viewer;
}

/** The id of an exec session, from a readable word. */
const idOf = (word: string): string => Buffer.from(word).toString('hex');

async function exec(
  box: TestBox,
  id: string,
  input: Partial<ExecInput>,
  flags = SESSION_HOLD,
): Promise<number> {
  const plan = compileExec({
    config: containerConfig(),
    args: ['true'],
    tty: false,
    host: lab.host,
    ...input,
  });
  const request = { id: idOf(id), flags, ...(input.terminal ?? DEFAULT_TERMINAL), ringBytes: RING_BYTES };
  return box.client.exec(request, plan, lab.helper);
}

/** Ends the box and waits until its supervisor is gone. */
async function end(box: TestBox): Promise<void> {
  for (const { session } of viewers.get(box) ?? []) session.close();
  lab.cgroups.kill(box.id);
  await box.exit;
  await box.client.acknowledge();
  await box.closed;
}

describe('attach', () => {
  test('what is typed comes back through cat, byte for byte, and the end of input ends it', async () => {
    const box = await lab.start({ args: ['cat'], openStdin: true });
    const viewer = await view(box, { input: true, lossless: true });
    const bytes = Buffer.alloc(3 * 1024 * 1024, 'every byte counts: \u0000\u00ff\n');
    await viewer.type(bytes);
    viewer.session.closeInput(bytes.length);
    const exit = await viewer.exit;
    expect(exit.status).toEqual({ kind: 'code', code: 0 });
    expect(viewer.output().equals(bytes)).toBe(true);
    expect(viewer.inputAccepted).toBe(bytes.length);
    await end(box);
  });

  test('input sent again after a reconnect is not doubled', async () => {
    const box = await lab.start({ args: ['cat'], openStdin: true });
    const first = await view(box, { input: true, clientId: 77n });
    first.session.input(0, Buffer.from('one '));
    await first.saw('one ');
    first.session[Symbol.dispose]();
    const second = await view(box, { input: true, clientId: 77n, offset: 0 });
    expect(second.opened.inputAccepted).toBe(4);
    second.session.input(0, Buffer.from('one two '));
    second.session.closeInput(8);
    await second.exit;
    expect(second.output().toString()).toBe('one two ');
    await end(box);
  });

  test('a terminal has its size, echoes, and resizes', async () => {
    const box = await lab.start(
      { args: ['sh'], tty: true, openStdin: true },
      { terminal: { rows: 30, columns: 100 } },
    );
    const viewer = await view(box, { input: true, offset: 0 });
    expect(viewer.opened).toMatchObject({ rows: 30, columns: 100 });
    viewer.session.input(0, Buffer.from('stty size; tty\n'));
    await viewer.saw('30 100\r\n/dev/pts/0\r\n');
    viewer.session.resize(40, 120);
    viewer.session.input(15, Buffer.from('stty size\n'));
    await viewer.saw('40 120\r\n');
    viewer.session.input(25, Buffer.from('exit 5\n'));
    expect((await viewer.exit).status).toEqual({ kind: 'code', code: 5 });
    await end(box);
  });

  test('Ctrl-C reaches the program in front', async () => {
    const box = await lab.start({ args: ['sh'], tty: true, openStdin: true });
    const viewer = await view(box, { input: true, offset: 0 });
    const typed = ["sh -c 'echo front; cat'\n", '\u0003', 'echo code $?\n'] as const;
    viewer.session.input(0, Buffer.from(typed[0]));
    await viewer.saw('\r\nfront\r\n');
    viewer.session.input(typed[0].length, Buffer.from(typed[1]));
    await viewer.saw('^C');
    await viewer.saw('/ # '); // what is typed before the prompt stands is thrown away by the shell
    viewer.session.input(typed[0].length + 1, Buffer.from(typed[2]));
    await viewer.saw('code 130\r\n');
    await end(box);
  });

  test('a viewer without credit gets nothing more until it grants some, and then every byte', async () => {
    const box = await lab.start(sh('cat; i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done'), {});
    const viewer = await view(box, { offset: 0, credit: 1000, grant: false });
    await box.exit;
    expect(viewer.output().length).toBeLessThanOrEqual(1000);
    viewer.session.credit(1_000_000);
    await viewer.exit;
    expect(viewer.output().toString().split('\n')).toHaveLength(2001);
    await end(box);
  });

  test('a lossless viewer that reads slowly loses nothing of an output larger than the ring', async () => {
    const lines = 200_000;
    const box = await lab.start({ ...sh(`read x; seq ${lines}`), openStdin: true });
    const viewer = await view(box, { input: true, lossless: true, offset: 0, credit: 64 * 1024 });
    await viewer.type(Buffer.from('go\n'));
    await viewer.exit;
    const text = viewer.output().toString();
    expect(viewer.skipped).toEqual([]);
    expect(text.split('\n')).toHaveLength(lines + 1);
    expect(text.endsWith(`\n${lines}\n`)).toBe(true);
    await end(box);
  });
});

describe('exec', () => {
  test('runs in the namespaces of the box and reports its own exit', async () => {
    const box = await lab.start({ args: ['sleep', '60'], hostname: 'inside' });
    const pid = await exec(box, 'e1', {
      args: ['sh', '-c', 'hostname; ps | grep -c "[s]leep 60"; cat /proc/self/cgroup | grep ^0; exit 9'],
    });
    expect(pid).toBeGreaterThan(1);
    const viewer = await view(box, { id: idOf('e1'), offset: 0 });
    expect((await viewer.exit).status).toEqual({ kind: 'code', code: 9 });
    expect(viewer.output().toString()).toBe('inside\n1\n0::/\n');
    expect(await box.exitOf(idOf('e1'))).toMatchObject({ status: { kind: 'code', code: 9 } });
    await box.client.acknowledge(idOf('e1'));
    await end(box);
  });

  test('asked for twice with one id starts one process', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    const [first, second] = [
      await exec(box, 'same', { args: ['sleep', '50'] }),
      await exec(box, 'same', { args: ['sleep', '50'] }),
    ];
    expect(first).toBe(second);
    await end(box);
  });

  test('a missing command is COMMAND_NOT_FOUND and leaves the box alone', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    await expect(exec(box, 'bad', { args: ['nonsense'] })).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
    });
    await expect(exec(box, 'bad2', { args: ['/etc/noexec'] })).rejects.toMatchObject({
      code: 'COMMAND_NOT_EXECUTABLE',
    });
    await expect(exec(box, 'bad3', { args: ['id'], user: 'nobody-here' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect((await box.client.state()).status).toBe('running');
    await end(box);
  });

  test('has a terminal of its own, another user, directory and environment', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    const script = 'id -u; pwd; echo $A $TERM; stty size';
    await exec(
      box,
      'tty',
      {
        args: ['sh', '-c', script],
        tty: true,
        terminal: { rows: 33, columns: 99 },
        user: 'app',
        workdir: '/tmp',
        env: ['A=b'],
      },
      SESSION_TTY | SESSION_STDIN,
    );
    const viewer = await view(box, { id: idOf('tty'), offset: 0, input: true });
    await viewer.exit;
    expect(viewer.output().toString()).toBe('1000\r\n/tmp\r\nb xterm\r\n33 99\r\n');
    await end(box);
  });

  test('fifty at once each get their own answer', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    const ids = Array.from({ length: 50 }, (_, code) => `many${code}`);
    const pids = await Promise.all(
      ids.map((id, code) => exec(box, id, { args: ['sh', '-c', `exit ${code}`] })),
    );
    expect(new Set(pids).size).toBe(50);
    const readers = await Promise.all(ids.map((id) => view(box, { id: idOf(id), offset: 0 })));
    const codes = await Promise.all(readers.map(async ({ exit }) => (await exit).status));
    expect(codes).toEqual(ids.map((_, code) => ({ kind: 'code', code })));
    await end(box);
  });

  test('top sees every process with its command and inner pid', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    await exec(box, 'top', { args: ['sleep', '61'], user: 'app' });
    const processes = containerTop(lab.cgroups.procs(box.id));
    expect(processes.map(({ innerPid, uid, command }) => ({ innerPid, uid, command }))).toEqual([
      { innerPid: 1, uid: 0, command: ['sleep', '60'] },
      { innerPid: expect.any(Number), uid: 1000, command: ['sleep', '61'] },
    ]);
    expect(processes[0]?.pid).toBe(box.state.initPid);
    await end(box);
  });
});

describe('adoption', () => {
  const handlers = { onExit: () => {}, onClose: () => {} };

  test('a running box answers a new agent, with its exec sessions', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    await exec(box, 'e', { args: ['sleep', '50'] });
    box.client[Symbol.dispose]();
    await box.closed;
    const adopted = await adopt(lab.kernel, box.runDirectory, handlers);
    if (adopted.kind !== 'alive') throw new Error(`it is ${adopted.kind}`);
    expect(adopted.state).toMatchObject({
      initPid: box.state.initPid,
      status: 'running',
      startedAt: box.state.startedAt,
    });
    expect(adopted.state.sessions.map(({ id }) => id).sort()).toEqual(['', idOf('e')]);
    lab.cgroups.kill(box.id);
    await adopted.client.acknowledge().catch(() => {});
    adopted.client[Symbol.dispose]();
  });

  test('exits that happened meanwhile are told at once, until they are acknowledged', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    await exec(box, 'e', { args: ['sh', '-c', 'exit 4'] }, 0);
    await view(box, { id: idOf('e'), offset: 0 }).then(({ exit }) => exit);
    box.client[Symbol.dispose]();
    const told = Promise.withResolvers<unknown>();
    const adopted = await adopt(lab.kernel, box.runDirectory, { onExit: told.resolve, onClose: () => {} });
    expect(await told.promise).toMatchObject({ id: idOf('e'), status: { kind: 'code', code: 4 } });
    if (adopted.kind !== 'alive') throw new Error(`it is ${adopted.kind}`);
    await adopted.client.acknowledge(idOf('e'));
    expect((await adopted.client.state()).sessions.map(({ id }) => id)).toEqual(['']);
    lab.cgroups.kill(box.id);
    adopted.client[Symbol.dispose]();
  });

  test('a box that ended and was acknowledged left its record; without one it is dead', async () => {
    const box = await lab.start(sh('exit 6'));
    await box.exit;
    await box.client.acknowledge();
    await box.closed;
    const adopted = await adopt(lab.kernel, box.runDirectory, handlers);
    expect(adopted).toMatchObject({ kind: 'exited', exit: { status: { kind: 'code', code: 6 } } });
    rmSync(box.runDirectory, { recursive: true });
    expect(await adopt(lab.kernel, box.runDirectory, handlers)).toEqual({ kind: 'dead' });
  });

  test('a killed supervisor ends the connection, and the box is dead', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    const shim = lab.cgroups
      .procs('shims')
      .find((pid) => containerTop([pid])[0]?.pid === pid && isShimOf(pid, box));
    process.kill(shim as number, 'SIGKILL');
    await box.closed;
    expect(await adopt(lab.kernel, box.runDirectory, handlers)).toEqual({ kind: 'dead' });
    lab.cgroups.kill(box.id);
    await lab.cgroups.waitEmpty(box.id);
  });
});

/** The supervisor is the parent of the box's init. */
function isShimOf(pid: number, box: TestBox): boolean {
  return containerTop([box.state.initPid])[0]?.parent === pid;
}

test('a viewer that never says hello is not the business of others', async () => {
  const box = await lab.start({ args: ['sleep', '60'] });
  const directory = lab.kernel.openDirectory(box.runDirectory);
  const silent = lab.kernel.connectSocket(directory, 'attach.sock');
  lab.kernel.close(directory);
  expect((await box.client.state()).status).toBe('running');
  lab.kernel.close(silent);
  await end(box);
});
