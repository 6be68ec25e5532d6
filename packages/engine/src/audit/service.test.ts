import { expect, test, vi } from 'vitest';
import { openDatabase } from '../database/open.ts';
import { quiet, TemporaryPaths } from '../testing.ts';
import { auditService } from './service.ts';

const entry = (subject: string) => ({ who: 'local', procedure: 'containers.stop', subject, error: null });

test('entries are listed newest first, a page at a time, also by the next agent', async () => {
  using paths = new TemporaryPaths();
  {
    using database = openDatabase(paths);
    const audit = auditService(database, quiet);
    for (const name of ['a', 'b', 'c']) audit.add(entry(name));
    audit.add({ ...entry('d'), error: 'NOT_FOUND' });
  }
  using database = openDatabase(paths);
  const audit = auditService(database, quiet);
  audit.add(entry('e'));
  const [first, second, ...rest] = await audit.list({ limit: 2 });
  expect([first, second]).toMatchObject([
    { sequence: 5, subject: 'e', error: null, time: expect.stringMatching(/Z$/) },
    { sequence: 4, subject: 'd', error: 'NOT_FOUND' },
  ]);
  expect(rest).toEqual([]);
  expect((await audit.list({ before: 4, limit: 10 })).map(({ subject }) => subject)).toEqual(['c', 'b', 'a']);
});

test('the newest 10,000 stay', async () => {
  using paths = new TemporaryPaths();
  using database = openDatabase(paths);
  const audit = auditService(database, quiet);
  database.sqlite.transaction(() => {
    for (let index = 1; index <= 12_000; index++) audit.add(entry(String(index)));
  })();
  const kept = await audit.list({ limit: 100_000 });
  expect([kept.length, kept[0]?.subject, kept.at(-1)?.subject]).toEqual([10_000, '12000', '2001']);
});

test('an entry that cannot be stored stops nothing and is logged', () => {
  using paths = new TemporaryPaths();
  const database = openDatabase(paths);
  const audit = auditService(database, quiet);
  database[Symbol.dispose]();
  const warn = vi.spyOn(quiet, 'warn');
  audit.add(entry('a'));
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
