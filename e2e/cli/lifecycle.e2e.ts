import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

/** A process 1 that obeys SIGTERM at once. */
const OBEDIENT = ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];

test('the built-in image is there at the first start', async () => {
  expect(await agent.ok(['images', '--format', '{{.Repository}}:{{.Tag}}'])).toContain('busybox:latest');
});

describe('exit codes', () => {
  test.each([
    ['the code of the command', ['sh', '-c', 'exit 7'], 7],
    ['0', ['true'], 0],
    ['127 when the command is not there', ['no-such-command'], 127],
    ['126 when it is not executable', ['/etc'], 126],
  ])('run ends with %s', async (_, command, code) => {
    const result = await agent.box(['run', '--rm', 'busybox', ...command]);
    expect(result).toMatchObject({ code });
  });

  test('run ends with 128 + n when signal n killed it', async () => {
    const ended = agent.box(['run', '--name', 'victim', 'busybox', 'sleep', '1000']);
    await eventually(
      async () => (await agent.ok(['ps', '-q', '--filter', 'name=victim'])) !== '',
      'victim runs',
    );
    await agent.ok(['kill', '-s', 'KILL', 'victim']);
    expect(await ended).toEqual({ code: 137, stdout: '', stderr: '' });
    await agent.ok(['rm', 'victim']);
  });

  test('125 and one line for an error of our own', async () => {
    const { code, stdout, stderr } = await agent.box(['run', '--pull=never', 'no-such-image', 'true']);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(/^box: .*no-such-image.*\n$/);
  });

  test('wait and ps tell the code too', async () => {
    await agent.box(['run', '--name', 'seven', 'busybox', 'sh', '-c', 'exit 7']);
    expect(await agent.ok(['wait', 'seven'])).toBe('7');
    expect(await agent.ok(['ps', '-a', '--filter', 'name=seven', '--format', '{{.Status}}'])).toMatch(
      /^Exited \(7\)/,
    );
    await agent.ok(['rm', 'seven']);
  });
});

describe('the life of a box', () => {
  test('create, start, stop, start again keep its file system', async () => {
    const id = await agent.ok(['create', '--name', 'keeper', 'busybox', ...OBEDIENT]);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await agent.ok(['start', 'keeper'])).toBe('keeper');
    await agent.ok(['exec', 'keeper', 'sh', '-c', 'echo kept > /file']);
    await agent.ok(['stop', 'keeper']);
    expect(await agent.ok(['ps', '-a', '--filter', 'name=keeper', '--format', '{{.State}}'])).toBe('stopped');
    await agent.ok(['start', id.slice(0, 12)]);
    expect(await agent.ok(['exec', 'keeper', 'cat', '/file'])).toBe('kept');
    await agent.ok(['restart', 'keeper']);
    expect(await agent.ok(['exec', 'keeper', 'cat', '/file'])).toBe('kept');
    await agent.ok(['rm', '-f', 'keeper']);
    expect(await agent.ok(['ps', '-aq', '--filter', 'name=keeper'])).toBe('');
  });

  test('-d prints the id alone', async () => {
    const { stdout, stderr } = await agent.box(['run', '-d', '--name', 'quiet', 'busybox', ...OBEDIENT]);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(stderr).toBe('');
    await agent.ok(['rm', '-f', 'quiet']);
  });

  test('stop waits for SIGTERM to be obeyed, then kills', async () => {
    await agent.ok(['run', '-d', '--name', 'stubborn', 'busybox', 'sleep', '1000']);
    await agent.ok(['stop', '--timeout', '1', 'stubborn']);
    expect(await agent.ok(['ps', '-a', '--filter', 'name=stubborn', '--format', '{{.ExitCode}}'])).toBe(
      '137',
    );
    await agent.ok(['rm', 'stubborn']);
  });

  test('kill sends any signal, by name or number', async () => {
    const trap = "trap 'echo got; exit 3' USR1; echo ready; while :; do sleep 1 & wait $!; done";
    await agent.ok(['run', '-d', '--name', 'signalled', 'busybox', 'sh', '-c', trap]);
    await agent.ok(['exec', 'signalled', 'true']);
    await agent.ok(['kill', '-s', 'usr1', 'signalled']);
    expect(await agent.ok(['wait', 'signalled'])).toBe('3');
    await agent.ok(['rm', 'signalled']);
    await agent.ok(['run', '-d', '--name', 'killed', 'busybox', 'sleep', '1000']);
    await agent.ok(['kill', 'killed']);
    expect(await agent.ok(['wait', 'killed'])).toBe('137');
    await agent.ok(['remove', 'killed']);
  });

  test('--rm leaves nothing, so that the same name can be used at once', async () => {
    for (let round = 0; round < 5; round++) {
      expect(
        (await agent.box(['run', '--rm', '--name', 'again', 'busybox', 'echo', String(round)])).stdout,
      ).toBe(`${round}\n`);
    }
    expect(await agent.ok(['ps', '-aq', '--filter', 'name=again'])).toBe('');
  });

  test('start -a shows this life and ends with its code', async () => {
    await agent.ok(['create', '--name', 'job', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 4']);
    expect(await agent.box(['start', '-a', 'job'])).toEqual({ code: 4, stdout: 'out\n', stderr: 'err\n' });
    expect(await agent.box(['start', '-a', 'job'])).toEqual({ code: 4, stdout: 'out\n', stderr: 'err\n' });
    await agent.ok(['rm', 'job']);
  });

  test('rename, several names at once, prefixes of ids', async () => {
    const one = await agent.ok(['create', '--name', 'one', 'busybox']);
    await agent.ok(['create', '--name', 'two', 'busybox']);
    await agent.ok(['rename', 'one', 'uno']);
    expect(await agent.ok(['inspect', '--format', '{{.Name}}', one.slice(0, 20)])).toBe('uno');
    expect((await agent.ok(['rm', 'uno', 'two'])).split('\n')).toEqual(['uno', 'two']);
  });

  test('one wrong name does not keep the others from it', async () => {
    await agent.ok(['create', '--name', 'right', 'busybox']);
    const { code, stdout, stderr } = await agent.box(['rm', 'wrong', 'right']);
    expect({ code, stdout }).toEqual({ code: 125, stdout: 'right\n' });
    expect(stderr).toMatch(/^box: .*wrong.*\n$/);
  });
});

describe('what a box gets', () => {
  const cases: [string, string[], string[], string | RegExp][] = [
    [
      '-e, with and without a value',
      ['-e', 'A=1', '-e', 'CALLER'],
      ['sh', '-c', 'echo $A $CALLER'],
      '1 mine',
    ],
    [
      'nothing else of the environment',
      [],
      ['sh', '-c', 'env | cut -d= -f1 | sort | tr "\\n" " "'],
      /^HOME HOSTNAME PATH( PWD SHLVL)?$/,
    ],
    ['-w', ['-w', '/new/dir'], ['pwd'], '/new/dir'],
    ['-u', ['-u', '1000:1001'], ['sh', '-c', 'id -u; id -g'], '1000\n1001'],
    ['--hostname', ['--hostname', 'somewhere'], ['hostname'], 'somewhere'],
    ['its name as host name', ['--name', 'called'], ['hostname'], 'called'],
    [
      '--tmpfs',
      ['--tmpfs', '/t:size=1m,mode=0700'],
      ['sh', '-c', 'stat -c %a /t; df -k /t | tail -1 | tr -s " " | cut -d" " -f2'],
      '700\n1024',
    ],
    ['--read-only', ['--read-only'], ['sh', '-c', 'touch /x 2>&1 || true'], /Read-only file system/],
    ['--umask', ['--umask', '077'], ['sh', '-c', 'umask'], /0?077/],
    ['--ulimit', ['--ulimit', 'nofile=100:200'], ['sh', '-c', 'ulimit -n; ulimit -Hn'], '100\n200'],
    [
      '--shm-size',
      ['--shm-size', '8m'],
      ['sh', '-c', 'df -k /dev/shm | tail -1 | tr -s " " | cut -d" " -f2'],
      '8192',
    ],
    [
      'no capability with --cap-drop ALL',
      ['--cap-drop', 'ALL'],
      ['sh', '-c', 'grep CapEff /proc/self/status'],
      /0{16}$/,
    ],
    [
      '--cap-add',
      ['--cap-drop', 'ALL', '--cap-add', 'NET_ADMIN'],
      ['sh', '-c', 'grep CapEff /proc/self/status'],
      /0000000000001000$/,
    ],
    [
      'no-new-privileges',
      ['--security-opt', 'no-new-privileges'],
      ['sh', '-c', 'grep NoNewPrivs /proc/self/status'],
      /1$/,
    ],
    ['a network of its own', [], ['sh', '-c', 'ls /sys/class/net'], 'lo'],
    ['--entrypoint', ['--entrypoint', 'echo'], ['hello'], 'hello'],
    ['--tz', ['--tz', 'UTC'], ['sh', '-c', 'echo $TZ'], 'UTC'],
  ];
  test.each(cases)('%s', async (_, flags, command, expected) => {
    const out = await agent.ok(['run', '--rm', ...flags, 'busybox', ...command], {
      env: { CALLER: 'mine', SECRET: 'x' },
    });
    if (typeof expected === 'string') expect(out).toBe(expected);
    else expect(out).toMatch(expected);
  });

  test('-v binds a directory, read-only when asked', async () => {
    const { mkdtempSync, readFileSync, writeFileSync } = await import('node:fs');
    const folder = mkdtempSync(`${agent.folder}/v`);
    writeFileSync(`${folder}/file`, 'from outside');
    expect(
      await agent.ok([
        'run',
        '--rm',
        '-v',
        `${folder}:/data`,
        'busybox',
        'sh',
        '-c',
        'cat /data/file; echo in > /data/new',
      ]),
    ).toBe('from outside');
    expect(readFileSync(`${folder}/new`, 'utf8')).toBe('in\n');
    const { stdout } = await agent.box(
      ['run', '--rm', '-v', './:/data:ro', 'busybox', 'sh', '-c', 'touch /data/x 2>&1'],
      { cwd: folder },
    );
    expect(stdout).toContain('Read-only file system');
  });

  test('labels and filters', async () => {
    await agent.ok(['create', '--name', 'labelled', '-l', 'env=prod', 'busybox']);
    expect(
      await agent.ok([
        'ps',
        '-a',
        '--filter',
        'label=env=prod',
        '--format',
        '{{.Name}} {{index .Labels "env"}}',
      ]),
    ).toBe('labelled prod');
    expect(await agent.ok(['ps', '-aq', '--filter', 'label=env=dev'])).toBe('');
    await agent.ok(['rm', 'labelled']);
  });
});

describe('looking inside', () => {
  test('ps, top, inspect and its plan', async () => {
    await agent.ok(['run', '-d', '--name', 'seen', 'busybox', 'sleep', '1000']);
    const [title, line] = (await agent.ok(['ps', '--filter', 'name=seen'])).split('\n');
    expect(title).toMatch(/^ID +NAME +IMAGE +COMMAND +CREATED +STATUS$/);
    expect(line).toMatch(/^[0-9a-f]{12} +seen +busybox(:latest)? +sleep 1000 .* Up /);
    expect(await agent.ok(['top', 'seen'])).toContain('sleep 1000');
    const [details] = JSON.parse(await agent.ok(['inspect', 'seen'])) as {
      state: string;
      config: { args: string[] };
    }[];
    expect(details).toMatchObject({ state: 'running', config: { args: ['sleep', '1000'] } });
    const plan = await agent.ok(['inspect', '--plan', 'seen']);
    expect(plan).toMatch(/pivot/);
    expect(plan).toMatch(/exec.*sleep/);
    await agent.ok(['rm', '-f', 'seen']);
  });

  test('--debug prints the plan as applied on stderr', async () => {
    const { stdout, stderr } = await agent.box(['run', '--debug', '-d', '--rm', 'busybox', 'sleep', '5']);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(stderr).toMatch(/pivot/);
    await agent.ok(['rm', '-f', stdout.trim()]);
  });

  test('exec gives codes, user, environment and directory', async () => {
    await agent.ok(['run', '-d', '--name', 'host', 'busybox', 'sleep', '1000']);
    expect((await agent.box(['exec', 'host', 'sh', '-c', 'exit 9'])).code).toBe(9);
    expect((await agent.box(['exec', 'host', 'no-such'])).code).toBe(127);
    expect((await agent.box(['exec', 'host', '/etc'])).code).toBe(126);
    expect(
      await agent.ok([
        'exec',
        '-u',
        '5',
        '-w',
        '/tmp',
        '-e',
        'X=y',
        'host',
        '--',
        'sh',
        '-c',
        'id -u; pwd; echo $X',
      ]),
    ).toBe('5\n/tmp\ny');
    expect(await agent.box(['exec', '-i', 'host', 'cat'], { input: 'piped' })).toMatchObject({
      code: 0,
      stdout: 'piped',
    });
    const both = await agent.box(['exec', 'host', 'sh', '-c', 'echo out; echo err >&2']);
    expect(both).toEqual({ code: 0, stdout: 'out\n', stderr: 'err\n' });
    expect(await agent.ok(['exec', '-d', 'host', 'touch', '/made'])).toMatch(/^[0-9a-f]{64}$/);
    await agent.ok(['exec', 'host', 'sh', '-c', 'while ! [ -e /made ]; do sleep 0.05; done']);
    await agent.ok(['rm', '-f', 'host']);
  });

  test('info, version, doctor, help', async () => {
    expect(await agent.ok(['version'])).toMatch(/client .*\nagent /);
    expect(await agent.ok(['info', '--format', '{{.Kernel}}'])).toMatch(/^\d+\.\d+/);
    expect(JSON.parse(await agent.ok(['info', '--format', 'json']))).toMatchObject({ rootless: false });
    expect(await agent.box(['doctor'])).toMatchObject({
      stdout: expect.stringMatching(/ok .*: /),
      stderr: '',
    });
    expect(await agent.ok(['help', 'run'])).toContain('Examples:');
  });
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
