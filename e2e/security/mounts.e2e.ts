/** Mount races (CVE-2021-30465, CVE-2024-45310): a neighbour in a shared volume swaps a directory and a link while boxes start. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';

/** renameat2(RENAME_EXCHANGE) for ever; neither Node nor busybox can call it. */
const SWAPPER = `
import ctypes, os, sys
libc = ctypes.CDLL(None)
os.chdir(sys.argv[1])
print("begun", flush=True)
while True: libc.renameat2(-100, b"swap", -100, b"link", 2)
`;
const STARTS = 12;

test('nothing is made or mounted outside', async () => {
  await using agent = await TestAgent.start();
  const [volume, outside, source] = ['volume', 'outside', 'source'].map((name) =>
    join(agent.folder, name),
  ) as [string, string, string];
  for (const directory of [volume, outside, source, join(volume, 'swap')]) mkdirSync(directory);
  symlinkSync(outside, join(volume, 'link'));
  const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length;
  const before = mounts();
  const swapper = spawn('python3', ['-c', SWAPPER, volume], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(swapper.stdout, 'data');
  const shared = ['-v', `${volume}:/volume`];
  const inside = [
    '-v',
    `${source}:/volume/swap/bound`,
    '--tmpfs',
    '/volume/swap/tmpfs',
    '-w',
    '/volume/swap/made',
  ];
  let started = 0;
  for (let at = 0; at < STARTS; at++) {
    // It may fail: the directory is not always there.
    const { code } = await agent.box(['run', '--rm', ...shared, ...inside, 'busybox', 'true']);
    if (code === 0) started++;
    else expect(code).toBe(125);
  }
  swapper.kill();
  await once(swapper, 'exit');
  expect(readdirSync(outside)).toEqual([]);
  expect(mounts()).toBe(before);
  console.log(`${started} of ${STARTS} boxes started`);
  expect(await agent.leaks()).toEqual([]);
});
