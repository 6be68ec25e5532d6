import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('stdout and stderr are kept apart, in the foreground and in the log', async () => {
  const script = 'for i in 1 2 3; do echo out $i; echo err $i >&2; done';
  const expected = { code: 0, stdout: 'out 1\nout 2\nout 3\n', stderr: 'err 1\nerr 2\nerr 3\n' };
  expect(await agent.box(['run', '--name', 'both', 'busybox', 'sh', '-c', script])).toEqual(expected);
  expect(await agent.box(['logs', 'both'])).toEqual(expected);
  expect(await agent.ok(['logs', '-n', '2', 'both'])).toMatch(/^(out 3)?$/);
  expect(await agent.ok(['logs', '-t', 'both'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z out 1$/m);
  await agent.ok(['rm', 'both']);
});

test('without -i stdin is /dev/null, with it the end of stdin closes the stdin of the box', async () => {
  expect(await agent.box(['run', '--rm', 'busybox', 'cat'], { input: 'not read' })).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect(await agent.box(['run', '--rm', '-i', 'busybox', 'cat'], { input: 'read' })).toEqual({
    code: 0,
    stdout: 'read',
    stderr: '',
  });
});

test('100 MB through cat come back byte-exact', { timeout: 120_000 }, async () => {
  const source = join(agent.folder, 'source');
  const target = join(agent.folder, 'target');
  const block = randomBytes(1024 * 1024);
  writeFileSync(
    source,
    Buffer.concat(Array.from({ length: 100 }, (_, at) => Buffer.concat([Buffer.from([at]), block]))),
  );
  const [from, to] = [openSync(source, 'r'), openSync(target, 'w')];
  const child = spawn(BOX, ['run', '--rm', '-i', 'busybox', 'cat'], {
    env: agent.env,
    stdio: [from, to, 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
  closeSync(from);
  closeSync(to);
  expect(sha256(readFileSync(target))).toBe(sha256(readFileSync(source)));
});

test('100 MB through pipes with a slow reader lose nothing', { timeout: 120_000 }, async () => {
  const script = `head -c 100000000 /dev/zero | tr '\\0' x | ${BOX} run --rm -i busybox cat | (sleep 1; sha256sum)`;
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
    env: agent.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(out.split(' ')[0]).toBe(sha256(Buffer.alloc(100_000_000, 'x')));
});

test('a dialogue over pipes is answered line by line', async () => {
  const script = 'while read line; do echo "got $line"; done';
  using box = agent.program(['run', '--rm', '-i', 'busybox', 'sh', '-c', script]);
  for (const word of ['one', 'two', 'three']) {
    box.write(`${word}\n`);
    await box.printed(`got ${word}\n`);
  }
  box.closeInput();
  expect(await box.ended).toBe(0);
});

test('a reader that goes away ends logs and run quietly', async () => {
  await agent.ok(['run', '--name', 'many', 'busybox', 'sh', '-c', 'seq 100000'], {});
  for (const command of [`${BOX} logs many`, `${BOX} run --rm busybox seq 100000`]) {
    const child = spawn('bash', ['-c', `${command} | head -n 2`], {
      env: agent.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    await once(child, 'close');
    expect({ out, err }).toEqual({ out: '1\n2\n', err: '' });
  }
  await agent.ok(['rm', 'many']);
});

test('logs -f follows until the end, with tail and since', async () => {
  const script = 'echo first; while ! [ -e /go ]; do sleep 0.05; done; echo last';
  await agent.ok(['run', '-d', '--name', 'talker', 'busybox', 'sh', '-c', script]);
  using logs = agent.program(['logs', '-f', '--since', '1h', 'talker']);
  await logs.printed('first\n');
  await agent.ok(['exec', 'talker', 'touch', '/go']);
  expect(await logs.ended).toBe(0);
  expect(logs.stdout).toBe('first\nlast\n');
  await agent.ok(['rm', 'talker']);
});

test('signals are forwarded, but not with --sig-proxy=false', async () => {
  const trap = "trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 1 & wait $!; done";
  const run = (...flags: string[]) =>
    agent.program(['run', '--name', 'proxied', ...flags, 'busybox', 'sh', '-c', trap]);
  using forwarded = run();
  await forwarded.printed('ready');
  forwarded.kill('SIGTERM');
  expect(await forwarded.ended).toBe(5);
  expect(forwarded.stdout).toBe('ready\ncaught\n');
  await agent.ok(['rm', 'proxied']);

  using alone = run('--sig-proxy=false');
  await alone.printed('ready');
  alone.kill('SIGTERM');
  expect(await alone.ended).toBe('SIGTERM');
  expect(await agent.ok(['ps', '--filter', 'name=proxied', '--format', '{{.State}}'])).toBe('running');
  await agent.ok(['rm', '-f', 'proxied']);
});

test('attach works without a terminal, for several at once', async () => {
  // The ticks tell when a viewer is attached: what was printed before is in the log, not here.
  const script = '(while :; do echo tick; sleep 0.1; done) & while read line; do echo "got $line"; done';
  await agent.ok(['run', '-d', '-i', '--name', 'shared', 'busybox', 'sh', '-c', script]);
  using one = agent.program(['attach', 'shared']);
  using two = agent.program(['attach', 'shared']);
  await Promise.all([one.printed('tick'), two.printed('tick')]);
  one.write('hello\n');
  await Promise.all([one.printed('got hello'), two.printed('got hello')]);
  one.kill('SIGKILL');
  await one.ended;
  two.write('still here\n');
  await two.printed('got still here');
  two.closeInput();
  expect(await two.ended).toBe(0);
  await agent.ok(['rm', '-f', 'shared']);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
