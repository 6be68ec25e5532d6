/** No space left below BOXYARD_ROOT: boxes go on, what is lost is counted, and what cannot be done says so. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, TestAgent } from '../harness/agent.ts';

const DISK_MIB = 48;

let disk: string;
let agent: TestAgent;
beforeAll(async () => {
  disk = mkdtempSync(join(dirname(process.env.BOXYARD_ROOT ?? ''), 'd'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=0700`, 'disk', disk]);
  agent = await TestAgent.start({ BOXYARD_ROOT: join(disk, 'root') });
  mkdirSync(join(agent.folder, 'gate'));
});
afterAll(async () => {
  await agent.stop();
  execFileSync('umount', [disk]);
});

const ballast = () => join(disk, 'ballast');

/** Takes the last byte. */
function fillDisk(): void {
  const file = openSync(ballast(), 'a');
  const write = (bytes: number) => {
    try {
      for (;;) writeSync(file, Buffer.alloc(bytes));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  };
  write(1024 * 1024);
  write(4096);
  closeSync(file);
}

const freeDisk = () => rmSync(ballast());
const tell = (word: string) => writeFileSync(join(agent.folder, 'gate', word), '');
const told = (word: string) =>
  eventually(() => readdirSync(join(agent.folder, 'gate')).includes(word), `the box says ${word}`);

function logOf(id: string): string {
  const directory = join(disk, 'root/containers', id, 'log');
  return readdirSync(directory)
    .sort()
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
}

test('an import that does not fit fails with one clear line and leaves nothing', async () => {
  const big = join(agent.folder, 'big.tar');
  const tree = join(agent.folder, 'tree');
  mkdirSync(tree);
  writeFileSync(join(tree, 'big'), Buffer.alloc((DISK_MIB + 4) * 1024 * 1024, 'x'));
  execFileSync('tar', ['-cf', big, '-C', tree, '.']);
  const result = await agent.box(['import', big, 'big']);
  expect(result).toMatchObject({ code: 125, stdout: '' });
  expect(result.stderr).toMatch(/^box: [^\n]*big[^\n]*[Nn]o space left[^\n]*\n$/);
  expect(await agent.ok(['images', '--format', '{{.Repository}}'])).toMatch(/^\S*busybox$/);
  expect(await agent.leaks()).toEqual([]);
});

test('the log of a running box drops and counts, the box is not blocked', async () => {
  // 40,000 lines are some 2 MiB of log. `usleep` lets the supervisor see that there is space again before the last line.
  const script = `wait_for() { while ! [ -e /gate/$1 ]; do usleep 5000; done; }; count() { i=$1; while [ $i -lt $2 ]; do echo line $i; i=$((i+1)); done; }
    count 0 100; : >/gate/begun; wait_for full; count 100 40000; : >/gate/printed; wait_for free; count 40000 40100; : >/gate/done; sleep 1000`;
  const run = ['run', '-d', '--name', 'writer', '--stop-timeout', '0', '-v', `${agent.folder}/gate:/gate`];
  await agent.ok([...run, 'busybox', 'sh', '-c', script]);
  const id = await agent.ok(['ps', '-q', '--no-trunc']);
  await told('begun');
  fillDisk();
  tell('full');
  await told('printed');
  freeDisk();
  tell('free');
  await told('done');
  await eventually(() => /line 40099\n/.test(logOf(id)), 'the last line is in the log');

  const records = logOf(id).split('\n').slice(0, -1);
  const lost = records.map((record) => Number(/ stdout G (\d+)$/.exec(record)?.[1] ?? 0));
  const gaps = lost.filter((bytes) => bytes > 0);
  expect(gaps.length).toBeGreaterThan(0);
  const kept = records
    .filter((_, at) => lost[at] === 0)
    .reduce((sum, record) => sum + contentBytes(record), 0);
  const all = Array.from({ length: 40_100 }, (_, at) => `line ${at}\n`.length).reduce(
    (sum, length) => sum + length,
  );
  expect(kept + gaps.reduce((sum, bytes) => sum + bytes, 0)).toBe(all);

  const lines = (await agent.ok(['logs', 'writer'])).split('\n');
  expect(lines.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, at) => `line ${at}`));
  expect(lines.slice(-99)).toEqual(Array.from({ length: 99 }, (_, at) => `line ${at + 40_001}`));
});

/** A record is `time stream tag text`; F adds the newline. */
function contentBytes(record: string): number {
  const [, tag, text = ''] = /^\S+ std\w+ ([FP]) (.*)$/.exec(record) ?? [];
  return text.length + (tag === 'F' ? 1 : 0);
}

test('with a full disk nothing new can be made, which is said; what there is can be seen and stopped', async () => {
  fillDisk();
  const created = await agent.box(['create', '--name', 'more', 'busybox']);
  expect(created).toMatchObject({ code: 125, stdout: '' });
  expect(created.stderr).toMatch(/^box: [^\n]*(no space left|disk is full)[^\n]*\n$/i);
  expect(await agent.ok(['ps', '--format', '{{.Name}}'])).toBe('writer');
  await agent.ok(['stop', 'writer']);
  expect(await agent.ok(['ps', '-a', '--format', '{{.Name}} {{.State}}'])).toBe('writer stopped');
  freeDisk();
  await agent.quit();
  await agent.launch();
  expect(await agent.ok(['ps', '-a', '--format', '{{.Name}} {{.State}}'])).toBe('writer stopped');
  await agent.ok(['start', 'writer']);
  expect(await agent.leaks()).toEqual([]);
});
