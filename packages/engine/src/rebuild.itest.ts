import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { errorOf, leaks, openTestEngine, run, testOptions } from './engine.fixtures.ts';
import type { Engine } from './open.ts';
import { rebuild } from './rebuild.ts';

let engine: Engine | undefined;
afterEach(() => engine?.close());

test('after the database was damaged, running and ended containers are there again', async () => {
  const options = testOptions('rebuild');
  engine = await openTestEngine('rebuild');
  const running = await run(engine, { name: 'running', command: ['sleep', '1000'], stopTimeout: 0 });
  const ended = await run(engine, { name: 'ended', command: ['sh', '-c', 'echo words; exit 5'] });
  await engine.services.containers.wait(ended);
  expect(await errorOf(rebuild(options))).toMatchObject({ code: 'UNAVAILABLE' });
  await engine.close();

  writeFileSync(join(options.root, 'db.sqlite'), 'rubbish'.repeat(5000));
  expect(await errorOf(openTestEngine('rebuild'))).toMatchObject({ code: 'DAMAGED' });
  expect((await rebuild(options)).restored).toHaveLength(2);

  engine = await openTestEngine('rebuild');
  const { containers } = engine.services;
  expect(await containers.inspect('running')).toMatchObject({ id: running, state: 'running' });
  expect(await containers.inspect('ended')).toMatchObject({ id: ended, state: 'exited', exit: { code: 5 } });
  for (const id of [running, ended]) await containers.remove(id, { force: true });
  expect(await leaks(engine)).toEqual([]);
});
