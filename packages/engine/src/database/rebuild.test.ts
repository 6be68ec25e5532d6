import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RecordFiles } from '../containers/record-file.ts';
import { ContainerStore } from '../containers/store.ts';
import { quiet, rowOf, TemporaryPaths } from '../testing.ts';
import { openDatabase } from './open.ts';
import { rebuildDatabase } from './rebuild.ts';

test('a damaged database is restored from the container.json files', async () => {
  using paths = new TemporaryPaths();
  const [web, data] = [
    rowOf(),
    rowOf({ id: 'c'.repeat(64), name: 'data', state: 'exited', exit: { kind: 'code', code: 3 } }),
  ];
  {
    using database = openDatabase(paths);
    using store = new ContainerStore(database, quiet);
    const records = new RecordFiles(paths, (error) => expect.unreachable(String(error)));
    for (const row of [web, data]) {
      mkdirSync(paths.container(row.id));
      records.save(store.insert(row));
    }
    await records.settled();
  }
  writeFileSync(paths.database, 'rubbish'.repeat(2000));
  mkdirSync(paths.container('leftover'));

  const result = await rebuildDatabase(paths);
  expect(result.restored.map(({ name }) => name).sort()).toEqual(['data', 'web']);
  expect(result.skipped).toMatchObject([{ id: 'leftover', why: expect.stringContaining('ENOENT') }]);
  expect(readdirSync(paths.root).filter((name) => name.startsWith('db.sqlite.damaged-'))).toHaveLength(1);

  using database = openDatabase(paths);
  using store = new ContainerStore(database, quiet);
  expect(store.byName('web')?.row).toEqual(web);
  expect(store.byName('data')?.row).toEqual(data);
});
