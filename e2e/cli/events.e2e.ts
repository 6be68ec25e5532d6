import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent.stop());

const json = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { sequence: number; action: string; name: string });

test('stored events are printed as Docker does, and a past --until ends there', async () => {
  await agent.ok(['run', '--name', 'told', '--label', 'env=prod', 'busybox', 'true']);
  // The caller of `run` may know of the end before it is on record.
  await agent.ok(['wait', 'told']);
  const now = String(Date.now() / 1000 + 0.001);
  await agent.ok(['rm', 'told']);
  const lines = (await agent.ok(['events', '--since', '1h', '--until', now, '-f', 'container=told'])).split(
    '\n',
  );
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z container die [0-9a-f]{64} \(env=prod, execDuration=\d+, exitCode=0, image=busybox, name=told\)$/,
  );
});

test('filters and templates choose what is printed', async () => {
  await agent.box(['run', '--name', 'failed', 'busybox', 'sh', '-c', 'exit 7']);
  await agent.ok(['wait', 'failed']);
  const format = ['--format', '{{.Type}} {{.Name}} {{.Actor.Attributes.exitCode}}'];
  const range = ['--since', '1h', '--until', String(Date.now() / 1000 + 0.001)];
  expect(await agent.ok(['events', ...range, '-f', 'event=die', '-f', 'container=failed', ...format])).toBe(
    'container failed 7',
  );
  expect(await agent.box(['events', '-f', 'evnt=die'])).toMatchObject({
    code: 125,
    stderr: expect.stringContaining('did you mean "event"'),
  });
});

test('what happens is printed as it happens, each event once, also while stored ones are printed', async () => {
  const api = apiOf(agent);
  const before = json(await agent.ok(['events', '--last', '1', '--until', '0s', '--format', 'json']));
  const busy = new AbortController();
  const making = (async () => {
    while (!busy.signal.aborted) {
      const { id } = await api.mutate('containers.create', { image: 'busybox' });
      await api.mutate('containers.remove', { container: id });
    }
  })();
  using program = agent.program(['events', '--since', '1h', '--format', 'json']);
  await program.printed('"action":"destroy"');
  await agent.ok(['run', '--rm', '--name', 'last', 'busybox', 'true']);
  await program.printed('"name":"last"');
  busy.abort();
  await making;
  const events = json(program.stdout.slice(0, program.stdout.lastIndexOf('\n')));
  expect(events.length).toBeGreaterThan(before.length);
  expect(events.map(({ sequence }) => sequence)).toEqual(
    events.map((_, at) => (events[0]?.sequence ?? 0) + at),
  );
});

test('an agent that is killed and comes back costs no event and tells none twice', async () => {
  using program = agent.program(['events', '--last', '1', '--format', 'json']);
  await program.printed('}\n');
  await agent.ok(['run', '-d', '--name', 'survivor', 'busybox', 'sleep', '1000']);
  await program.printed('"action":"start"');
  await agent.kill9();
  await agent.launch();
  await agent.ok(['kill', 'survivor']);
  await program.printed('"action":"die"');
  const events = json(program.stdout.slice(0, program.stdout.lastIndexOf('\n')));
  expect(events.map(({ sequence }) => sequence)).toEqual(
    events.map((_, at) => (events[0]?.sequence ?? 0) + at),
  );
  expect(program.stderr).toContain('the agent is away');
});
