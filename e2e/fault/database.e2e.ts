/** A database that is locked, damaged or newer; a root, a socket or a port that somebody else has. */
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, BOXD, run, TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
let pid: string;
const root = () => join(agent.folder, 'root');
const database = () => join(root(), 'db.sqlite');
const processOf = (name: string) => agent.ok(['inspect', '--format', '{{.pid}} {{.state}}', name]);

beforeAll(async () => {
  agent = await TestAgent.start();
  await agent.ok(['run', '-d', '--name', 'alive', '--label', 'kept=yes', 'busybox', 'sleep', '1000']);
  await agent.ok(['run', '--name', 'over', 'busybox', 'sh', '-c', 'echo words; exit 0']);
  pid = await processOf('alive');
  expect(pid).toMatch(/^\d+ running$/);
});
afterAll(() => agent.stop());

/** What an agent that cannot start says. */
async function refusal(env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stderr } = await run(BOXD, [], { env: { ...agent.env, ...env } });
  const lines = stderr.split('\n').filter((line) => line.startsWith('boxd: '));
  expect({ code, lines }).toMatchObject({ code: 125, lines: [expect.any(String)] });
  return lines[0] ?? '';
}

test('a second agent on the same root is refused and told whose it is', async () => {
  expect(await refusal({ BOXYARD_RUN: join(agent.folder, 'run2') })).toMatch(
    new RegExp(`another agent \\(pid ${agent.pid}\\) already uses ${root()}: stop it first`),
  );
  expect(await processOf('alive')).toBe(pid);
});

test('a second agent on the same socket is refused', async () => {
  expect(await refusal({ BOXYARD_ROOT: join(agent.folder, 'root2') })).toMatch(
    /another agent answers on .*boxd\.sock: stop it first, or set BOXYARD_RUN/,
  );
  expect(await processOf('alive')).toBe(pid);
});

test('a port that is taken is named, with a way out', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(7420, '127.0.0.1', resolve));
  const env = {
    BOXYARD_ROOT: join(agent.folder, 'root2'),
    BOXYARD_RUN: join(agent.folder, 'run2'),
    BOXYARD_LISTEN: '',
  };
  expect(await refusal(env)).toMatch(/port 7420 on 127\.0\.0\.1 is taken.*BOXYARD_LISTEN=127\.0\.0\.1:7421/);
  await new Promise((resolve) => server.close(resolve));
});

test('while another program holds the database, changes are refused with a reason and nothing half-made stays', async () => {
  const other = new Sqlite(database());
  other.exec('BEGIN IMMEDIATE');
  const created = await agent.box(['create', '--name', 'more', 'busybox']);
  expect(created).toMatchObject({ code: 125, stdout: '' });
  expect(created.stderr).toMatch(/^box: [^\n]*locked by another program[^\n]*\n$/);
  expect(await processOf('alive')).toBe(pid);
  other.exec('ROLLBACK');
  other.close();
  expect((await agent.box(['doctor', '--leaks'])).stdout).toMatch(/Leaks: none/);
  await agent.ok(['create', '--name', 'more', 'busybox']);
  await agent.ok(['rm', 'more']);
});

test('an agent does not start over a locked database and says why; boxes go on', async () => {
  await agent.quit();
  const other = new Sqlite(database());
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN EXCLUSIVE');
  expect(await refusal()).toMatch(/the database .*db\.sqlite is locked by another program: close/);
  other.exec('ROLLBACK');
  other.close();
  await agent.launch();
  expect(await processOf('alive')).toBe(pid);
});

test('a database of a newer version is refused and left as it is', async () => {
  await agent.quit();
  const newer = new Sqlite(database());
  const version = newer.pragma('user_version', { simple: true });
  newer.pragma('user_version = 99');
  expect(await refusal()).toMatch(/newer Boxyard \(schema 99/);
  expect(newer.pragma('user_version', { simple: true })).toBe(99);
  newer.pragma(`user_version = ${version}`);
  newer.close();
  await agent.launch();
  expect(await processOf('alive')).toBe(pid);
});

test.each([
  ['overwritten with rubbish', () => writeFileSync(database(), Buffer.alloc(64 * 1024, 'rubbish '))],
  ['cut off', () => truncateSync(database(), 5000)],
])('a database that was %s is refused; doctor --rebuild restores everything', async (_, damage) => {
  await agent.quit();
  damage();
  expect(await refusal()).toMatch(/the database .*db\.sqlite is damaged: .*"box doctor --rebuild"/);

  const rebuilt = await run(BOX, ['doctor', '--rebuild'], { env: agent.env });
  expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
  expect(rebuilt.stdout).toMatch(/restored alive/);
  expect(rebuilt.stdout).toMatch(/2 containers restored; the old database is .*damaged-/);
  expect(readdirSync(root()).some((name) => /^db\.sqlite\.damaged-/.test(name))).toBe(true);
  await agent.launch();
  expect(await processOf('alive')).toBe(pid);
  expect(await agent.ok(['ps', '-a', '--filter', 'label=kept=yes', '--format', '{{.Name}}'])).toBe('alive');
  expect(await agent.ok(['logs', 'over'])).toBe('words');
  expect(await agent.ok(['ps', '-a', '--filter', 'name=over', '--format', '{{.State}}'])).toBe('exited');
});

test('a rebuild while the agent runs is refused', async () => {
  const { code, stderr } = await run(BOX, ['doctor', '--rebuild'], { env: agent.env });
  expect(code).toBe(125);
  expect(stderr).toMatch(/^\w+: another agent \(pid \d+\) already uses [^\n]*\n$/);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
