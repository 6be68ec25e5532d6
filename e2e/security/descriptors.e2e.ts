/** Descriptors that leak into a box (CVE-2024-21626, CVE-2016-9962). */
import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
  await agent.ok(['run', '-d', '-i', '--name', 'box', 'busybox', 'sleep', '1000']);
});
afterAll(() => agent.stop());

const DESCRIPTORS = Array.from({ length: 18 }, (_, at) => at + 3);

test.each(['run', 'exec'])(
  'a working directory of /proc/self/fd/N is refused by %s for every N',
  async (verb) => {
    const args = verb === 'run' ? ['run', '--rm'] : ['exec'];
    const target = verb === 'run' ? 'busybox' : 'box';
    const results = await Promise.all(
      DESCRIPTORS.map((fd) => agent.box([...args, '-w', `/proc/self/fd/${fd}`, target, 'pwd'])),
    );
    for (const result of results) {
      expect(result).toMatchObject({ stdout: '' });
      expect(result.code).not.toBe(0);
    }
  },
);

test.each([
  ['run', ['run', '--rm', 'busybox']],
  ['run -i', ['run', '--rm', '-i', 'busybox']],
  ['exec', ['exec', 'box']],
  ['exec -i', ['exec', '-i', 'box']],
])('a program of %s has 0, 1 and 2 and nothing else', async (_, args) => {
  // Globbing is the shell's own: it opens a directory for a moment, and that is the 3.
  const script = 'for fd in /proc/$$/fd/*; do ! [ -e $fd ] || basename $fd; done';
  expect(await agent.ok([...args, 'sh', '-c', script])).toMatch(/^0\n1\n2(\n3)?$/);
});

test('process 1 of a box holds, as the host sees it, only its pipes and its own files', async () => {
  const { pid } = await apiOf(agent).query('containers.inspect', { container: 'box' });
  const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  expect(open).toHaveLength(3);
  for (const target of open) expect(target).toMatch(/^(pipe:\[\d+\]|\/dev\/null)$/);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
