import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExitFile } from './exit-file.ts';
import { RuntimeLab } from './testing.ts';

let lab: RuntimeLab;
beforeAll(() => {
  lab = new RuntimeLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const sh = (script: string) => ({ args: ['sh', '-c', script] });

describe('a start', () => {
  test.each([
    [['true'], { kind: 'code', code: 0 }],
    [['false'], { kind: 'code', code: 1 }],
    [['sh', '-c', 'exit 7'], { kind: 'code', code: 7 }],
    [['sh', '-c', 'kill -9 $$; exit 3'], { kind: 'code', code: 3 }], // PID 1 cannot kill itself
  ])('%j ends with %j', async (args, status) => {
    const { exit } = await lab.run({ args });
    expect(exit).toMatchObject({ id: '', status });
  });

  test('a command that is not there is COMMAND_NOT_FOUND', async () => {
    await expect(lab.start({ args: ['nonsense'] })).rejects.toMatchObject({
      code: 'COMMAND_NOT_FOUND',
      message: expect.stringContaining('nonsense'),
    });
  });

  test('a command that is no program is COMMAND_NOT_EXECUTABLE', async () => {
    await expect(lab.start({ args: ['/etc/noexec'] })).rejects.toMatchObject({
      code: 'COMMAND_NOT_EXECUTABLE',
    });
  });

  test('an unknown user and a missing bind source are errors by name', async () => {
    await expect(lab.start({ args: ['true'], user: 'nobody-here' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('nobody-here'),
    });
    const mounts = [
      {
        type: 'bind',
        source: '/no/such/place',
        target: '/data',
        readonly: false,
        recursive: true,
        propagation: 'rprivate',
      },
    ] as const;
    await expect(lab.start({ args: ['true'], mounts: [...mounts] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('/no/such/place'),
    });
  });

  test('keeps stdout and stderr apart in the log', async () => {
    const { lines } = await lab.run(sh('echo out; echo err >&2'));
    expect(lines.sort()).toEqual(['stderr F err', 'stdout F out']);
  });

  test('leaves a record of the end', async () => {
    const box = await lab.start(sh('exit 3'));
    await box.exit;
    expect(readExitFile(box.runDirectory)).toMatchObject({
      status: { kind: 'code', code: 3 },
      bootId: lab.host.bootId,
      execs: [],
    });
    await box.client.acknowledge();
    await box.closed;
  });

  test('a signal ends the box, and one to an ended box is an error', async () => {
    const box = await lab.start({ args: ['sleep', '60'] });
    await box.client.signal(9);
    expect((await box.exit).status).toEqual({ kind: 'signal', signal: 9 });
    await expect(box.client.signal(9)).rejects.toMatchObject({ details: { errno: 'ESRCH' } });
    await box.client.acknowledge();
  });

  test('twenty at once all end as they should', async () => {
    const runs = Array.from({ length: 20 }, (_, code) => lab.run(sh(`exit ${code}`)));
    const codes = (await Promise.all(runs)).map(({ exit }) => exit.status);
    expect(codes).toEqual(Array.from({ length: 20 }, (_, code) => ({ kind: 'code', code })));
  });
});

describe('inside the box', () => {
  const output = async (...args: Parameters<RuntimeLab['run']>): Promise<string[]> =>
    (await lab.run(...args)).lines.map((line) => line.replace(/^stdout F /, ''));

  test('the process is number 1, root, with the default capabilities and nothing inheritable', async () => {
    const lines = await output(sh('echo $$; id; grep Cap /proc/self/status'));
    expect(lines).toEqual([
      '1',
      'uid=0(root) gid=0(root) groups=0(root)',
      'CapInh:\t0000000000000000',
      'CapPrm:\t00000000800405fb',
      'CapEff:\t00000000800405fb',
      'CapBnd:\t00000000800405fb',
      'CapAmb:\t0000000000000000',
    ]);
  });

  test('a user by name gets its groups and home, and no capabilities', async () => {
    const lines = await output({ ...sh('id; echo $HOME; grep CapEff /proc/self/status'), user: 'app' });
    expect(lines).toEqual([
      expect.stringMatching(
        /^uid=1000\(app\) gid=1000\(app\) groups=(50\(staff\),1000\(app\)|1000\(app\),50\(staff\))$/,
      ),
      '/home/app',
      'CapEff:\t0000000000000000',
    ]);
  });

  test('the environment is PATH, HOSTNAME, HOME and what was asked for', async () => {
    const lines = await output({ args: ['env'], env: ['PATH=/bin', 'A=b c'], hostname: 'web' });
    expect(lines.sort()).toEqual(['A=b c', 'HOME=/root', 'HOSTNAME=web', 'PATH=/bin']);
  });

  test('hostname, umask, working directory and limits are those of the config', async () => {
    const lines = await output({
      ...sh('hostname; umask; pwd; ulimit -n; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj'),
      workdir: '/srv/app',
      umask: 0o27,
      ulimits: [{ name: 'nofile', soft: 100, hard: 200 }],
      hostname: 'web',
    });
    expect(lines).toEqual([
      'web',
      '0027',
      '/srv/app',
      '100',
      '200',
      '0',
      String(Math.max(0, lab.host.oomScore)),
    ]);
  });

  test('no signal is ignored or blocked, and no descriptor but the streams is open', async () => {
    const lines = await output({ args: ['grep', '-e', 'SigBlk', '-e', 'SigIgn', '/proc/self/status'] });
    expect(lines).toEqual(['SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']);
    expect(await output({ args: ['ls', '/proc/self/fd'] })).toEqual(['0', '1', '2', '3']); // 3: ls itself
  });

  test('/dev has its nodes and links, /proc and /sys their masks', async () => {
    const lines = await output(
      sh(
        'echo $(ls /dev); wc -c </proc/interrupts; ls /sys/firmware | wc -l; ls -l /dev/null | cut -c1-10; echo x >/dev/shm/x && echo shm',
      ),
    );
    expect(lines).toEqual([
      'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero',
      '0',
      '0',
      'crw-rw-rw-',
      'shm',
    ]);
  });

  test('/proc/sys, /sys and the cgroup mount cannot be written', async () => {
    const lines = await output(
      sh(
        'echo 1 >/proc/sys/kernel/panic || echo no; mkdir /sys/fs/cgroup/x || echo no; cat /proc/self/cgroup | grep ^0; touch /file && echo root',
      ),
    );
    expect(lines.filter((line) => !line.startsWith('stderr'))).toEqual(['no', 'no', '0::/', 'root']);
  });

  test('the network is a loopback of its own where ping and port 80 need no privilege', async () => {
    const lines = await output(
      sh(
        'ls /sys/class/net; cat /sys/class/net/lo/flags /proc/sys/net/ipv4/ping_group_range /proc/sys/net/ipv4/ip_unprivileged_port_start',
      ),
    );
    expect(lines).toEqual(['lo', '0x9', '0\t2147483647', '0']);
  });

  test('mounts are there as asked for, with a read-only root', async () => {
    const lines = await output({
      ...sh(
        'cat /data/etc/passwd | wc -l; touch /data/x || echo ro; touch /scratch/x && stat -c %a /scratch; touch /x || echo root ro; echo hi >/dev/null',
      ),
      readonlyRoot: true,
      mounts: [
        {
          type: 'bind',
          source: lab.rootfs,
          target: '/data',
          readonly: true,
          recursive: true,
          propagation: 'rprivate',
        },
        { type: 'tmpfs', target: '/scratch', mode: 0o1777, options: [], size: 65536 },
      ],
    });
    expect(lines.filter((line) => !line.startsWith('stderr'))).toEqual(['2', 'ro', '1777', 'root ro']);
  });

  test('a mount is given to the user of the box, through no link and into no other mount', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bx-own-'));
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/file'), '');
    writeFileSync(join(folder, 'outside'), '');
    symlinkSync('../outside', join(folder, 'a/link'));
    const bind = { type: 'bind', source: join(folder, 'a'), target: '/data', recursive: true } as const;
    const lines = await output({
      ...sh('stat -c "%u:%g %n" /data /data/b /data/b/file /data/link'),
      user: '1000:50',
      mounts: [{ ...bind, readonly: true, propagation: 'rprivate', chown: true }],
    });
    const own = ['/data', '/data/b', '/data/b/file', '/data/link'].map((path) => `1000:50 ${path}`);
    expect(lines).toEqual(own);
    expect(statSync(join(folder, 'outside')).uid).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test('a directory of the host can be the root', async () => {
    const lines = await output(
      { args: ['cat', '/etc/passwd'] },
      { root: { kind: 'directory', path: lab.rootfs } },
    );
    expect(lines).toHaveLength(2);
  });

  test('no new privileges is set when asked for', async () => {
    expect(
      await output({ args: ['grep', 'NoNewPrivs', '/proc/self/status'], noNewPrivileges: true }),
    ).toEqual(['NoNewPrivs:\t1']);
  });
});
