import { mkdirSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { craftArchive } from '../tar/craft.ts';
import { TestStore } from '../testing/store.ts';

/** What a box sees of an image of these layers, lowest first. */
async function merged(...archives: readonly Buffer[]): Promise<string[]> {
  await using test = new TestStore();
  const store = await test.open();
  using lease = store.lease();
  const layers = [];
  for (const archive of archives) {
    const bytes = async function* () {
      yield archive;
    };
    layers.push(await store.addLayer(lease, bytes()));
  }
  const image = await store.createImage(lease, {
    layers,
    config: {},
    history: [],
    createdAt: 0,
    tag: 'merged',
  });
  mkdirSync(test.path('box'));
  const mount = await test.kernel.overlay(await store.createContainerRoot(test.path('box'), image));
  try {
    return readdirSync(`/proc/self/fd/${mount}`, { recursive: true, encoding: 'utf8' }).sort();
  } finally {
    test.kernel.close(mount);
  }
}

const below = craftArchive({ path: 'd/below', data: '1' }, { path: 'gone', data: '1' });

it('an opaque root hides all layers below, whatever comes above', async () => {
  const opaque = craftArchive({ path: 'first' }, { path: '.wh..wh..opq' }, { path: 'last' });
  expect(await merged(below, below, opaque)).toEqual(['first', 'last']);
  expect(await merged(below, opaque, craftArchive({ path: 'd/above' }))).toEqual([
    'd',
    'd/above',
    'first',
    'last',
  ]);
});

it('a directory hidden and made again in one layer shows nothing of the layers below, in either order', async () => {
  const again = [{ path: '.wh.d' }, { path: 'd/', type: 'directory' as const }, { path: 'd/new' }];
  const [hide, ...make] = again;
  expect(await merged(below, craftArchive(...again))).toEqual(['d', 'd/new', 'gone']);
  expect(await merged(below, craftArchive(...make, hide as (typeof again)[0]))).toEqual([
    'd',
    'd/new',
    'gone',
  ]);
});

it('an opaque directory shows what its own layer has, before the mark or after it', async () => {
  const opaque = craftArchive(
    { path: 'd/before' },
    { path: 'd/.wh..wh..opq' },
    { path: 'd/after' },
    { path: '.wh.gone' },
  );
  expect(await merged(below, opaque)).toEqual(['d', 'd/after', 'd/before']);
});

it('a file hidden and made again in one layer is the new one, in either order', async () => {
  const file = { path: 'gone', data: '2' };
  for (const archive of [
    craftArchive({ path: '.wh.gone' }, file),
    craftArchive(file, { path: '.wh.gone' }),
  ]) {
    expect(await merged(below, archive)).toEqual(['d', 'd/below', 'gone']);
  }
});

it('a directory that is named by its files alone and hidden as well shows those files', async () => {
  const archive = craftArchive({ path: 'd/one' }, { path: '.wh.d' }, { path: 'd/two' });
  expect(await merged(below, archive)).toEqual(['d', 'd/one', 'd/two', 'gone']);
});
