import { afterAll, beforeAll, expect, test } from 'vitest';
import { busybox, errorOf, leaks, openTestEngine, run } from '../engine.fixtures.ts';
import type { Engine } from '../open.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine('parallel');
});
afterAll(() => engine?.close());

test('200 starts and stops in parallel leave nothing', async () => {
  const { containers } = engine.services;
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      const id = await run(engine, { command: ['sleep', '1000'], stopTimeout: 0 });
      await containers.stop(id);
      await containers.remove(id, { force: false });
    }),
  );
  expect(await containers.list({ all: true, filters: [] })).toEqual([]);
  expect(await leaks(engine)).toEqual([]);
});

test('the same container is started, stopped, restarted and killed from all sides, and is whole afterwards', async () => {
  const { containers } = engine.services;
  const id = await run(engine, { command: ['sleep', '1000'], stopTimeout: 0, name: 'busy' });
  const verbs = [
    () => containers.start(id),
    () => containers.stop(id),
    () => containers.restart(id),
    () => containers.kill(id, 'KILL'),
  ];
  const results = await Promise.allSettled(
    Array.from({ length: 80 }, (_, index) => verbs[index % verbs.length]?.()),
  );
  // Whoever came at the wrong moment is told so; nothing else goes wrong.
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'WRONG_STATE' });
  }
  await containers.remove(id, { force: true });
  expect(await leaks(engine)).toEqual([]);
});

test('of many who want one name, one gets it', async () => {
  const { containers } = engine.services;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => containers.create(busybox({ name: 'wanted' }))),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await containers.remove('wanted', { force: false });
  expect(await errorOf(containers.inspect('wanted'))).toMatchObject({ code: 'NOT_FOUND' });
});
