import { eventsInput } from '@boxyard/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, openTestEngine, run, runToEnd } from '../engine.fixtures.ts';
import type { Engine } from '../open.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine('events');
});
afterAll(async () => {
  for (const { id } of await engine.services.containers.list({ all: true, filters: [] }))
    await engine.services.containers.remove(id, { force: true });
  await engine.close();
});

const list = (request: Parameters<typeof eventsInput.parse>[0]) =>
  engine.services.events.list(eventsInput.parse(request));

test('the life of a box is told with its labels, image, name, exit code and signal, as Docker names them', async () => {
  await runToEnd(engine, { name: 'job', labels: { env: 'prod' }, command: ['sh', '-c', 'exit 3'] });
  const events = await list({ filters: ['container=job'] });
  expect(events.map(({ action }) => action)).toEqual(['create', 'start', 'die']);
  expect(events.at(-1)?.attributes).toEqual({
    env: 'prod',
    image: 'busybox',
    name: 'job',
    exitCode: '3',
    execDuration: expect.stringMatching(/^\d+$/),
  });
  const id = await run(engine, { name: 'server', command: ['sleep', '1000'] });
  await engine.services.containers.kill(id, 'KILL');
  const [kill, die] = await list({ filters: ['container=server', 'event=kill', 'event=die'] });
  expect(kill?.attributes).toMatchObject({ signal: '9' });
  expect(die?.attributes).toMatchObject({ exitCode: '137', signal: '9' });
});

test('events are asked for by time, by page, by filter, and come oldest first', async () => {
  const [first] = await list({ filters: ['event=create'] });
  const all = await list({});
  expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, at) => (all[0]?.sequence ?? 0) + at));
  expect(await list({ until: first?.time })).toEqual(all.filter(({ time }) => time <= (first?.time ?? '')));
  expect(await list({ since: all.at(-1)?.time, limit: 1 })).toEqual(all.slice(-1));
  expect(await list({ before: all.at(-1)?.sequence, limit: 2 })).toEqual(all.slice(-3, -1));
  expect(await list({ filters: ['label=env=prod', 'event=die'] })).toHaveLength(1);
  expect(await errorOf(list({ filters: ['colour=red'] }))).toMatchObject({ code: 'INVALID_ARGUMENT' });
});
