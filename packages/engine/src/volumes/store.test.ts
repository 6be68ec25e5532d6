import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../database/open.ts';
import { rebuildDatabase } from '../database/rebuild.ts';
import type { Paths } from '../paths.ts';
import { TemporaryPaths } from '../testing.ts';
import { VolumeStore } from './store.ts';

const removeTree = (path: string) => rm(path, { recursive: true, force: true });
const row = (name: string) => ({ name, createdAt: 1_700_000_000_000, labels: { a: 'b' }, anonymous: false });

/** Opens the store, does something, and closes the database as an agent that ends does. */
async function withStore<T>(paths: Paths, use: (store: VolumeStore) => T | Promise<T>): Promise<T> {
  using database = openDatabase(paths);
  return await use(new VolumeStore({ database, paths, removeTree }));
}

test('a volume has a private folder with a directory that everybody may look into, and is there again', async () => {
  using paths = new TemporaryPaths();
  await withStore(paths, (store) => store.insert(row('data')));
  expect(statSync(paths.volume('data')).mode & 0o777).toBe(0o700);
  expect(statSync(paths.volumeData('data')).mode & 0o777).toBe(0o755);
  await withStore(paths, async (store) => {
    expect(store.get('data')).toEqual(row('data'));
    await expect(store.insert(row('data'))).rejects.toThrow();
    expect(existsSync(paths.volumeData('data'))).toBe(true);
    await store.remove('data');
    expect(() => store.get('data')).toThrow('no volume is called "data"');
  });
  expect(readdirSync(paths.volumes)).toEqual([]);
});

test('what waits to be filled is known to the next agent', async () => {
  using paths = new TemporaryPaths();
  await withStore(paths, async (store) => {
    await store.insert(row('data'));
    await store.markUnfilled('data');
  });
  await withStore(paths, async (store) => {
    expect(store.isUnfilled('data')).toBe(true);
    writeFileSync(join(paths.volumeData('data'), 'half'), '');
    expect(store.isEmpty('data')).toBe(false);
    await store.empty('data');
    expect(store.isEmpty('data')).toBe(true);
    await store.markFilled('data');
  });
  expect(await withStore(paths, (store) => store.isUnfilled('data'))).toBe(false);
});

test('a volume is held by as many as hold it', async () => {
  using paths = new TemporaryPaths();
  await withStore(paths, (store) => {
    const first = store.hold(['data', 'other']);
    const second = store.hold(['data']);
    first[Symbol.dispose]();
    expect([store.isHeld('data'), store.isHeld('other')]).toEqual([true, false]);
    second[Symbol.dispose]();
    expect(store.isHeld('data')).toBe(false);
  });
});

test('a damaged database knows the volumes again from their files', async () => {
  using paths = new TemporaryPaths();
  await withStore(paths, (store) => store.insert(row('data')));
  mkdirSync(paths.volume('rubbish'));
  writeFileSync(paths.database, 'rubbish'.repeat(2000));
  const { volumes, skipped } = await rebuildDatabase(paths);
  expect(volumes).toEqual(['data']);
  expect(skipped).toMatchObject([{ id: 'volume rubbish' }]);
  expect(await withStore(paths, (store) => store.get('data'))).toEqual(row('data'));
});
