/** Capabilities: the default set and no other, nothing inheritable or ambient (CVE-2022-29162, CVE-2022-27650). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

/** CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP: capability(7), linux/capability.h. */
const DEFAULT = [0, 1, 3, 4, 5, 6, 7, 8, 10, 18, 31];
const mask = (numbers: number[]) =>
  numbers
    .reduce((bits, number) => bits | (1n << BigInt(number)), 0n)
    .toString(16)
    .padStart(16, '0');
const NONE = mask([]);
const NET_ADMIN = 12;

/** What a program started by `box ARGS` has: from the `Cap…` lines of /proc/self/status. */
async function capabilities(args: string[]): Promise<Record<string, string>> {
  const lines = await agent.ok([...args, 'grep', '^Cap', '/proc/self/status']);
  return Object.fromEntries(lines.split('\n').map((line) => line.split(':\t') as [string, string]));
}

test.each([
  ['the default', [], DEFAULT],
  ['--cap-drop ALL', ['--cap-drop', 'ALL'], []],
  ['--cap-add NET_ADMIN', ['--cap-add', 'NET_ADMIN'], [...DEFAULT, NET_ADMIN]],
  ['--cap-drop ALL --cap-add KILL', ['--cap-drop', 'ALL', '--cap-add', 'KILL'], [5]],
])('%s: in run and in exec', async (_, flags, wanted) => {
  const set = mask(wanted);
  const expected = { CapInh: NONE, CapPrm: set, CapEff: set, CapBnd: set, CapAmb: NONE };
  expect(await capabilities(['run', '--rm', ...flags, 'busybox'])).toEqual(expected);
  await agent.ok(['run', '-d', '--name', 'box', ...flags, 'busybox', 'sleep', '1000']);
  expect(await capabilities(['exec', 'box'])).toEqual(expected);
  expect(await capabilities(['exec', '-u', '1000', 'box'])).toEqual({
    ...expected,
    CapPrm: NONE,
    CapEff: NONE,
  });
  await agent.ok(['rm', '-f', 'box']);
});

test('another user than root has none', async () => {
  const set = mask(DEFAULT);
  const expected = { CapInh: NONE, CapPrm: NONE, CapEff: NONE, CapBnd: set, CapAmb: NONE };
  expect(await capabilities(['run', '--rm', '-u', '1000:1000', 'busybox'])).toEqual(expected);
});

test('no-new-privileges is kept by run and exec', async () => {
  const flags = ['--security-opt', 'no-new-privileges'];
  const look = ['grep', 'NoNewPrivs', '/proc/self/status'];
  expect(await agent.ok(['run', '--rm', ...flags, 'busybox', ...look])).toBe('NoNewPrivs:\t1');
  await agent.ok(['run', '-d', '--name', 'box', ...flags, 'busybox', 'sleep', '1000']);
  expect(await agent.ok(['exec', 'box', ...look])).toBe('NoNewPrivs:\t1');
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
