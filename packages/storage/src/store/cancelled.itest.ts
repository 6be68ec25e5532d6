import { randomBytes } from 'node:crypto';
import { BoxError } from '@boxyard/spec';
import { expect, it } from 'vitest';
import { craftArchive } from '../tar/craft.ts';
import { TestStore } from '../testing/store.ts';

/** A Worker needs some tens of milliseconds to load, then some to work. */
const LATEST_MS = 120;
const STEP_MS = 3;

it('an import may be cancelled at any moment, also while its Worker loads', async () => {
  await using test = new TestStore();
  const store = await test.open();
  const archive = craftArchive({ path: 'noise', data: randomBytes(3_000_000) });
  async function* chunks() {
    for (let at = 0; at < archive.length; at += 100_000) yield archive.subarray(at, at + 100_000);
  }
  const moments = Array.from({ length: LATEST_MS / STEP_MS }, (_, index) => index * STEP_MS);
  const imports = moments.map(async (moment) => {
    await new Promise((resolve) => setTimeout(resolve, moment * 5));
    const signal = AbortSignal.timeout(moment);
    await store.importStream(chunks(), { name: `x${moment}` }, { signal }).catch((error) => {
      expect(error).toBeInstanceOf(BoxError);
      expect(error.code).toBe('CANCELLED');
    });
  });
  await Promise.all(imports);
  for (const { id } of store.list()) await store.remove(id, { force: true, inUse: () => [] });
  expect(await store.leftovers()).toEqual([]);
});
