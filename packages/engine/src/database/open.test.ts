import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { ContainerStore } from '../containers/store.ts';
import { quiet, rowOf, TemporaryPaths } from '../testing.ts';
import { Maintenance } from './maintenance.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openDatabase } from './open.ts';
import { audit, containers, events, execs, volumes } from './schema.ts';

test('the migrations make the tables that the schema describes', () => {
  using paths = new TemporaryPaths();
  using database = openDatabase(paths);
  for (const table of [audit, containers, events, execs, volumes]) {
    const { name } = getTableConfig(table);
    const real = database.sqlite.pragma(`table_info(${name})`) as {
      name: string;
      type: string;
      notnull: number;
    }[];
    const wanted = Object.values(getTableColumns(table)).map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      notnull: Number(column.notNull),
    }));
    const sorted = (columns: { name: string }[]) => columns.sort((a, b) => a.name.localeCompare(b.name));
    expect(sorted(real.map(({ name, type, notnull }) => ({ name, type, notnull })))).toEqual(sorted(wanted));
  }
});

test('what was stored is there after opening again', () => {
  using paths = new TemporaryPaths();
  {
    using database = openDatabase(paths);
    using store = new ContainerStore(database, quiet);
    const container = store.insert(rowOf());
    store.insertExec(container, {
      id: 'e'.repeat(64),
      container: container.id,
      config: {
        command: ['ls'],
        env: [],
        tty: false,
        openStdin: false,
        detach: false,
        privileged: false,
      },
      pid: null,
      createdAt: 5,
      finishedAt: null,
      exit: null,
    });
    store.update(container, { state: 'exited', exit: { kind: 'code', code: 7 }, finishedAt: 9 });
    store.rename(container, 'renamed');
    const exec = container.execs.get('e'.repeat(64));
    if (exec)
      store.updateExec(
        container,
        Object.assign(exec, { exit: { kind: 'signal', signal: 9 }, finishedAt: 6 }),
      );
  }
  using database = openDatabase(paths);
  using store = new ContainerStore(database, quiet);
  const container = store.byName('renamed');
  expect(container?.row).toMatchObject({
    state: 'exited',
    exit: { kind: 'code', code: 7 },
    stopAsked: false,
    revision: 4,
  });
  expect([...(container?.execs.values() ?? [])]).toMatchObject([
    { exit: { kind: 'signal', signal: 9 }, finishedAt: 6 },
  ]);
});

test('a newer schema is refused and not touched', () => {
  using paths = new TemporaryPaths();
  openDatabase(paths)[Symbol.dispose]();
  const newer = new Sqlite(paths.database);
  newer.pragma('user_version = 99');
  newer.close();
  expect(() => openDatabase(paths)).toThrow(
    expect.objectContaining({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('newer Boxyard (schema 99'),
    }),
  );
});

test('a migration makes a backup first and is all or nothing', () => {
  using paths = new TemporaryPaths();
  {
    using database = openDatabase(paths);
    using store = new ContainerStore(database, quiet);
    store.insert(rowOf());
  }
  const broken = [
    ...MIGRATIONS,
    { name: 'next-broken', sql: 'CREATE TABLE extra (a INTEGER); SELECT nonsense;' },
  ];
  expect(() => openDatabase(paths, broken)).toThrow('no such column');
  expect(readdirSync(paths.backups)).toEqual(['before-next-broken.sqlite']);
  using backup = {
    value: new Sqlite(`${paths.backups}/before-next-broken.sqlite`),
    [Symbol.dispose]() {
      this.value.close();
    },
  };
  expect(backup.value.prepare('SELECT name FROM containers').all()).toEqual([{ name: 'web' }]);
  const good = [...MIGRATIONS, { name: 'next-broken', sql: 'CREATE TABLE extra (a INTEGER)' }];
  using database = openDatabase(paths, good);
  expect(database.sqlite.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
});

test('a file that is no database is damaged', () => {
  using paths = new TemporaryPaths();
  writeFileSync(paths.database, 'x'.repeat(8192));
  expect(() => openDatabase(paths)).toThrow(
    expect.objectContaining({ code: 'DAMAGED', hint: expect.stringContaining('box doctor --rebuild') }),
  );
});

test('a page overwritten in the middle is found at opening', () => {
  using paths = new TemporaryPaths();
  {
    using database = openDatabase(paths);
    using store = new ContainerStore(database, quiet);
    for (let index = 0; index < 50; index += 1) {
      store.insert(rowOf({ id: index.toString(16).padStart(64, '0'), name: `box-${index}` }));
    }
  }
  const size = readFileSync(paths.database).length;
  const fd = openSync(paths.database, 'r+');
  writeSync(fd, Buffer.alloc(4096, 0xaa), 0, 4096, Math.floor(size / 4096 / 2) * 4096);
  closeSync(fd);
  expect(() => openDatabase(paths)).toThrow(expect.objectContaining({ code: 'DAMAGED' }));
});

test('a database locked by another program refuses new containers but loses no change of state', async () => {
  using paths = new TemporaryPaths();
  using database = openDatabase(paths);
  using store = new ContainerStore(database, quiet);
  const container = store.insert(rowOf());
  const other = new Sqlite(paths.database);
  other.exec('BEGIN IMMEDIATE');
  expect(() => store.insert(rowOf({ id: 'd'.repeat(64), name: 'other' }))).toThrow(
    expect.objectContaining({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('locked by another program'),
    }),
  );
  expect(store.byName('other')).toBeUndefined();
  store.update(container, { state: 'running', pid: 4711 });
  other.exec('COMMIT');
  store.flush();
  expect(other.prepare('SELECT state, pid FROM containers').all()).toEqual([{ state: 'running', pid: 4711 }]);
  other.close();
});

test('maintenance folds the WAL in and keeps three daily backups', async () => {
  using paths = new TemporaryPaths();
  using database = openDatabase(paths);
  using store = new ContainerStore(database, quiet);
  store.insert(rowOf());
  await using maintenance = new Maintenance(paths, quiet);
  for (const day of ['01', '02', '03', '04'])
    await maintenance.run(`${paths.backups}/daily-2026-01-${day}.sqlite`);
  expect(readdirSync(paths.backups).sort()).toEqual([
    'daily-2026-01-02.sqlite',
    'daily-2026-01-03.sqlite',
    'daily-2026-01-04.sqlite',
  ]);
  expect(maintenance.backupDue(new Date())).toBeUndefined();
});
