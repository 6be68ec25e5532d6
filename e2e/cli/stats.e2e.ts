import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { BOX, TestAgent } from '../harness/agent.ts';
import { Terminal } from '../harness/terminal.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterEach(async () => {
  const ids = await agent.ok(['ps', '-aq', '--no-trunc']);
  if (ids) await agent.ok(['rm', '-f', ...ids.split('\n')]);
});
afterAll(() => agent.stop());

const busy = (name: string) =>
  agent.ok(['run', '-d', '--name', name, 'busybox', 'sh', '-c', 'while :; do :; done']);
const idle = (name: string) => agent.ok(['run', '-d', '--name', name, 'busybox', 'sleep', '1000']);

test('a table says what each running box uses', async () => {
  await busy('busy');
  await idle('idle');
  const lines = (await agent.ok(['stats', '--no-stream'])).split('\n');
  expect(lines[0]).toMatch(/^NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +PIDS +BLOCK I\/O +PRESSURE$/);
  expect(lines.length).toBe(3);
  const percent = (name: string) =>
    Number(new RegExp(`^${name} +([\\d.]+)%`, 'm').exec(lines.join('\n'))?.[1]);
  expect(percent('busy')).toBeGreaterThan(5);
  expect(percent('idle')).toBeLessThan(5);
  expect(lines.find((line) => line.startsWith('idle'))).toMatch(/\d[\w.]*B \/ \d[\w.]*GiB +\d+\.\d\d% +1 /);
});

test('names choose boxes, -a shows those that do not run, a name that nobody has is an error', async () => {
  await idle('one');
  await agent.ok(['create', '--name', 'resting', 'busybox', 'true']);
  const format = ['--no-stream', '--format', '{{.Name}} {{.PIDs}}'];
  expect(await agent.ok(['stats', ...format])).toBe('one 1');
  expect((await agent.ok(['stats', '-a', ...format])).split('\n').sort()).toEqual(['one 1', 'resting --']);
  expect(await agent.ok(['stats', ...format, 'resting'])).toBe('resting --');
  expect(await agent.box(['stats', '--no-stream', 'oen'])).toMatchObject({
    code: 125,
    stderr: expect.stringContaining('did you mean "one"'),
  });
});

test('in a pipe a block comes every second, as JSON a line', async () => {
  await idle('piped');
  using program = agent.program(['stats', '--format', 'json']);
  for (let look = 0; look < 3; look++) await program.printed(']\n');
  const looks = program.stdout.trim().split('\n').slice(0, 3);
  expect(looks.map((line) => JSON.parse(line))).toEqual(
    Array(3).fill([
      expect.objectContaining({ name: 'piped', processes: 1, memorySource: expect.any(String) }),
    ]),
  );
});

test('on a terminal the table is renewed in place, and Ctrl-C ends it', async () => {
  await idle('watched');
  await using terminal = new Terminal(BOX, ['stats'], { env: agent.env, rows: 10, columns: 120 });
  await terminal.waitFor('watched');
  await terminal.waitFor('\u001b[2A\r');
  await terminal.waitFor('watched');
  terminal.write('\u0003');
  expect(await terminal.exited).toBe(130);
});
