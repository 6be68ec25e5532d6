/** The helper overwritten through /proc/self/exe (CVE-2019-5736). */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { importImage } from './image.ts';

const HELPER = resolve(import.meta.dirname, '../../native/build/boxshim');
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The agent's sealed copies, which every box and exec is started from. */
function memfds(agent: TestAgent): string[] {
  const directory = `/proc/${agent.pid}/fd`;
  return readdirSync(directory)
    .map((fd) => join(directory, fd))
    .filter((path) => targetOf(path).startsWith('/memfd:boxshim'));
}

/** The agent opens and closes others while we look. */
function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

test('a box that writes to every /proc/PID/exe it sees changes no helper', async () => {
  await using agent = await TestAgent.start();
  await importImage(agent, 'hostile', [{ path: 'bin/self', type: 'symlink', target: '/proc/self/exe' }]);
  const before = [HELPER, ...memfds(agent)].map(sha256);
  expect(before.length).toBeGreaterThan(1);

  const attack =
    'echo begun; while :; do for process in /proc/[0-9]*; do (echo overwritten >$process/exe) 2>/dev/null && echo WRITTEN; done; done';
  await agent.ok(['run', '-d', '--name', 'attacker', '--cap-add', 'ALL', 'hostile', 'sh', '-c', attack]);
  for (let round = 0; round < 10; round++) {
    const command = round % 2 === 0 ? '/proc/self/exe' : '/bin/self';
    // The helper runs itself: without a plan and descriptors it does nothing but say how it is used.
    const { code } = await agent.box(['exec', 'attacker', command, 'version']);
    expect(code).toBeLessThan(128);
  }
  await agent.box(['run', '--rm', '--entrypoint', '/proc/self/exe', 'hostile', 'run']);
  expect(await agent.ok(['logs', 'attacker'])).toBe('begun');
  expect([HELPER, ...memfds(agent)].map(sha256)).toEqual(before);
  expect(await agent.ok(['run', '--rm', 'hostile', 'echo', 'works'])).toBe('works');
  expect(await agent.leaks()).toEqual([]);
});

test('a memfd of the helper cannot be written by root of the host either', async () => {
  await using agent = await TestAgent.start();
  const { open } = await import('node:fs/promises');
  const helpers = memfds(agent);
  expect(helpers.length).toBeGreaterThan(0);
  for (const path of helpers) {
    await expect(open(path, 'r+').then((file) => file.write('x'))).rejects.toMatchObject({
      code: expect.stringMatching(/^(EPERM|ETXTBSY)$/),
    });
  }
});
