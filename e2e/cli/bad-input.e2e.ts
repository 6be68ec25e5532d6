/** Everything a person can get wrong: one clear line with a hint, the right exit code, nothing left behind. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, run, TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
let ids: string[];
beforeAll(async () => {
  agent = await TestAgent.start();
  await agent.ok(['create', '--name', 'taken', 'busybox']);
  await agent.ok(['run', '-d', '--name', 'running', 'busybox', 'sleep', '1000']);
  // With 17 ids two of them begin with the same digit.
  ids = await Promise.all(Array.from({ length: 15 }, () => agent.ok(['create', 'busybox'])));
});
afterAll(() => agent.stop());

const cases: [string, string[], number, RegExp][] = [
  ['an unknown image', ['run', '--pull', 'never', 'no-such:image'], 125, /no-such:image/],
  ['a malformed image reference', ['run', 'UPPER CASE'], 125, /UPPER CASE/],
  ['an unknown box', ['stop', 'no-such'], 125, /no-such/],
  ['a misspelt box', ['stop', 'runing'], 125, /runing.*running/],
  ['a name that is taken', ['create', '--name', 'taken', 'busybox'], 125, /taken/],
  ['a name that is none', ['create', '--name', '-bad-', 'busybox'], 125, /name/],
  ['a command that is not there', ['run', '--rm', 'busybox', 'no-such'], 127, /no-such/],
  ['a command that is a directory', ['run', '--rm', 'busybox', '/etc'], 126, /\/etc/],
  ['a start of one that runs', ['start', 'running'], 125, /running/],
  ['a removal of one that runs', ['rm', 'running'], 125, /running.*(-f|stop)/],
  ['an exec in one that does not run', ['exec', 'taken', 'true'], 125, /taken.*created/],
  ['an attach to one that does not run', ['attach', 'taken'], 125, /taken is created/],
  [
    'a bind source that is missing',
    ['run', '--rm', '-v', '/no/such/dir:/x', 'busybox', 'true'],
    125,
    /\/no\/such\/dir/,
  ],
  ['a malformed volume', ['run', '-v', 'only', 'busybox'], 125, /\[SOURCE:\]TARGET/],
  ['a volume with a path for a name', ['run', '-v', 'a/b:/x', 'busybox'], 125, /no name of a volume/],
  [
    'an unknown key of a mount',
    ['run', '--mount', 'soruce=a,target=/x', 'busybox'],
    125,
    /did you mean source/,
  ],
  ['a malformed variable', ['run', '-e', '=x', 'busybox'], 125, /-e "=x"/],
  ['a missing env file', ['run', '--env-file', '/no/such', 'busybox'], 125, /\/no\/such/],
  ['a malformed size', ['run', '--shm-size', 'big', 'busybox'], 125, /"big" is no size/],
  ['an unknown user', ['run', '--rm', '-u', 'nobody-here', 'busybox', 'true'], 125, /nobody-here/],
  ['a malformed limit', ['run', '--ulimit', 'nofile=x', 'busybox'], 125, /nofile=x/],
  ['an unknown capability', ['run', '--cap-add', 'FLY', 'busybox', 'true'], 125, /FLY/],
  ['an unknown signal', ['kill', '-s', 'NOPE', 'running'], 125, /NOPE/],
  ['an unknown network', ['run', '--network', 'moon', 'busybox'], 125, /moon/],
  ['an unknown flag', ['run', '--nmae', 'x', 'busybox'], 125, /"--nmae".*--name/],
  ['an unknown command', ['strat', 'x'], 125, /"strat".*start/],
  ['a missing argument', ['stop'], 125, /missing required argument/],
  ['too many arguments', ['rename', 'a', 'b', 'c'], 125, /too many arguments/],
  ['an unknown filter', ['ps', '--filter', 'color=red'], 125, /color/],
  ['an unknown field', ['ps', '-a', '--format', '{{.Nmae}}'], 125, /\.Nmae.*\.Name/],
  ['a template that is none', ['ps', '--format', '{{.Name'], 125, /not closed/],
  ['a time that is none', ['logs', '--since', 'yesterday', 'running'], 125, /"yesterday"/],
  ['an import of nothing', ['import', '/no/such.tar'], 125, /\/no\/such\.tar/],
  ['a root that is missing', ['run', '--rm', '--rootfs', '/no/such/root', 'true'], 125, /\/no\/such\/root/],
];
test.each(cases)('%s is one line with its exit code', async (_, args, code, message) => {
  const result = await agent.box(args);
  expect(result).toMatchObject({ code, stdout: '' });
  expect(result.stderr).toMatch(/^box: [^\n]+\n$/);
  expect(result.stderr).toMatch(message);
});

test('an ambiguous prefix lists the candidates', async () => {
  const all = [...ids, ...(await agent.ok(['ps', '-aq', '--no-trunc'])).split('\n')];
  const digit =
    [...'0123456789abcdef'].find((start) => new Set(all.filter((id) => id.startsWith(start))).size > 1) ?? '';
  const { code, stderr } = await agent.box(['inspect', '--type', 'container', digit]);
  expect(code).toBe(125);
  for (const id of all.filter((candidate) => candidate.startsWith(digit)))
    expect(stderr).toContain(id.slice(0, 12));
});

test.each([
  ['rubbish', (file: string) => writeFileSync(file, 'this is no archive')],
  ['an empty file', (file: string) => writeFileSync(file, '')],
  ['a truncated gzip', (file: string) => writeFileSync(file, Buffer.from('1f8b0800000000000003edcf', 'hex'))],
  ['a directory without rootfs', (file: string) => void mkdirSync(file)],
])('an import of %s is refused and leaves no image', async (name, make) => {
  const file = join(agent.folder, `${name.replaceAll(' ', '-')}.tar.gz`);
  make(file);
  const before = await agent.ok(['images', '-q']);
  expect(await agent.box(['import', file, 'bad'])).toMatchObject({
    code: 125,
    stderr: expect.stringMatching(/^box: [^\n]+\n$/),
  });
  expect(await agent.ok(['images', '-q'])).toBe(before);
});

test('without an agent the client says how to start it', async () => {
  const env = { ...agent.env, BOXYARD_SOCKET: join(agent.folder, 'none.sock') };
  for (const args of [
    ['ps'],
    ['run', 'busybox'],
    ['logs', 'x'],
    ['attach', 'x'],
    ['import', '/etc/passwd', 'x'],
  ]) {
    expect(await run(BOX, args, { env })).toEqual({
      code: 125,
      stdout: '',
      stderr: 'box: the agent is not running: start it with "npm run up", or bin/boxd\n',
    });
  }
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
