import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOX, eventually, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

const box = (...args: string[]) => new Terminal(BOX, args, { env: agent.env });
const viewers = (name: string) =>
  agent
    .ok(['sessions', '--format', '{{.Name}} {{.Viewers}}'])
    .then((lines) => lines.split('\n').find((line) => line.startsWith(`${name} `)));

test('a session is joined from two terminals, which both type, and outlives a killed agent', async () => {
  await agent.ok(['run', '-d', '--name', 'joined', 'busybox', 'sleep', '1000']);
  await using first = box('exec', '-it', '--name', 'pair', 'joined', 'sh');
  await first.waitFor('# ');
  await using second = box('attach', 'pair');
  await second.waitFor('# ');
  expect(await viewers('pair')).toBe('pair 2');
  first.write('here=$((40+2))\r');
  await second.waitFor('here=');
  second.write('echo same-$here\r');
  await first.waitFor('same-42');
  await second.waitFor('same-42');
  await agent.restart();
  await eventually(async () => (await viewers('pair')) === 'pair 2', 'both are back');
  second.write('echo still-$here\r');
  await first.waitFor('still-42');
  second.write('\x10\x11');
  await second.waitFor('detached from pair');
  await second.waitFor('box attach pair');
  expect(await second.exited).toBe(0);
  expect(await viewers('pair')).toBe('pair 1');
  first.write('exit 3\r');
  expect(await first.exited).toBe(3);
  expect(await viewers('pair')).toBeUndefined();
});

test('a box goes before a session of that name; what is neither is said so', async () => {
  await agent.ok(['run', '-dit', '--name', 'plain', 'busybox', 'sh']);
  await agent.ok(['exec', '-dit', '--name', 'later', 'plain', 'sh']);
  expect(await agent.ok(['sessions', 'plain', '--format', '{{.Name}} {{.Box}} {{.Command}}'])).toBe(
    'plain plain sh\nlater plain sh',
  );
  await agent.ok(['run', '-dit', '--name', 'later', 'busybox', 'sh', '-c', 'echo the bo""x; cat']);
  await using terminal = box('attach', 'later');
  await terminal.waitFor('the box');
  terminal.write('\x10\x11');
  await terminal.exited;
  expect(await agent.box(['attach', 'latr'])).toMatchObject({
    code: 125,
    stderr: expect.stringMatching(/no box and no session is called "latr".*later/s),
  });
  const id = await agent.ok(['sessions', '-q', 'plain']);
  expect(id.split('\n')).toHaveLength(2);
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
