import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../testing/manifest.ts';
import { TestStore } from '../testing/store.ts';

const sh = (script: string, cwd: string) => execFileSync('bash', ['-euc', script], { cwd, stdio: 'pipe' });
const CHILD = new URL('../testing/import-child.ts', import.meta.url).pathname;

describe('an import that is interrupted', () => {
  it('by kill -9 at any moment leaves the whole image or nothing, and what was there before', async () => {
    await using test = new TestStore();
    const builtin = await (await test.open()).ensureBuiltin();
    const tree = test.path('tree');
    mkdirSync(tree);
    sh(
      `mkdir usr; for d in {1..40}; do mkdir usr/$d; for f in {1..50}; do echo $d $f > usr/$d/$f; done; done
       head -c 30000000 /dev/urandom > usr/noise; tar -czf ../a.tar.gz .`,
      tree,
    );
    const whole = manifestOf(tree);
    let finished = 0;
    for (let moment = 0; moment < 16; moment++) {
      const child = spawn(process.execPath, [CHILD, test.root, test.path('a.tar.gz'), `try-${moment}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await setTimeout(moment * 60);
      child.kill('SIGKILL');
      await once(child, 'close');

      const store = await test.open();
      await store.emptyTrash();
      expect(await store.leftovers()).toEqual([]);
      expect(store.resolve('busybox')).toEqual(builtin);
      const image = store.list().find(({ tags }) => tags.includes(`try-${moment}:latest`));
      if (!image) continue;
      finished++;
      expect(manifestOf(store.layerPaths(image)[0] as string)).toEqual(whole);
      await store.remove(image.id, { force: true, inUse: () => [] });
      await store.emptyTrash();
    }
    expect(test.warnings).toEqual([]);
    expect(finished).toBeLessThan(16);
  }, 120_000);

  it('by a full disk says so and leaves nothing; afterwards a smaller one works', async () => {
    await using test = new TestStore();
    mkdirSync(test.root);
    sh(`mount -t tmpfs -o size=24m tmpfs '${test.root}'`, test.directory);
    try {
      const store = await test.open();
      const tree = test.path('tree');
      mkdirSync(join(tree, 'usr'), { recursive: true });
      sh(
        'head -c 40000000 /dev/urandom > usr/noise; tar -cf ../large.tar .; rm usr/noise; tar -cf ../small.tar .',
        tree,
      );
      await expect(store.importPath(test.path('large.tar'))).rejects.toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        message: expect.stringMatching(/^cannot import '.*large.tar': the disk is full \(/),
      });
      await store.emptyTrash();
      expect(await store.leftovers()).toEqual([]);
      expect(store.list()).toEqual([]);
      expect(await store.importPath(test.path('small.tar'))).toHaveLength(1);
    } finally {
      sh(`umount '${test.root}'`, test.directory);
    }
  });

  it('by its caller stops the helper and leaves nothing, also when the stream hangs', async () => {
    await using test = new TestStore();
    const store = await test.open();
    const tree = test.path('tree');
    mkdirSync(tree);
    sh('mkdir usr; head -c 50000000 /dev/urandom > usr/noise; tar -czf ../a.tar.gz .', tree);
    const file = new AbortController();
    await expect(
      store.importPath(test.path('a.tar.gz'), {}, { signal: file.signal, onProgress: () => file.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });

    const stream = new AbortController();
    async function* hanging() {
      yield readFileSync(test.path('a.tar.gz')).subarray(0, 1_000_000);
      stream.abort();
      await new Promise(() => {});
    }
    await expect(
      store.importStream(hanging(), { name: 'a' }, { signal: stream.signal }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    await store.emptyTrash();
    expect(await store.leftovers()).toEqual([]);
    expect(readdirSync(join(test.root, 'layers'))).toEqual([]);
  });

  it('by a stream that breaks off is an error that says so', async () => {
    await using test = new TestStore();
    const store = await test.open();
    async function* broken() {
      yield Buffer.alloc(10);
      throw new Error('connection reset');
    }
    await expect(store.importStream(broken(), { name: 'a' })).rejects.toMatchObject({
      message: expect.stringContaining('connection reset'),
    });
    expect(await store.leftovers()).toEqual([]);
  });
});

describe('a store that is damaged', () => {
  it('refuses an index or layout it cannot understand, and a newer layout', async () => {
    await using test = new TestStore();
    await test.open();
    writeFileSync(
      join(test.root, 'index.json'),
      '{"schemaVersion": 2, "manifests": [{"digest": "sha256:../../x"}]}',
    );
    await expect(test.open()).rejects.toMatchObject({ code: 'DAMAGED' });
    rmSync(join(test.root, 'index.json'));
    writeFileSync(join(test.root, 'layout.json'), '{"version": 99, "instanceId": "00000000"}');
    await expect(test.open()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    writeFileSync(join(test.root, 'layout.json'), 'x');
    await expect(test.open()).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('sets an image aside whose blob or layer is gone, collects nothing, and lets it be removed', async () => {
    await using test = new TestStore();
    const first = await test.open();
    const image = await first.ensureBuiltin();
    mkdirSync(test.path('tree/etc'), { recursive: true });
    await first.importPath(test.path('tree'));
    rmSync(join(test.root, 'blobs/sha256', image.id));
    const store = await test.open();
    expect(store.list().map(({ tags }) => tags)).toEqual([['tree:latest']]);
    expect(store.broken).toMatchObject([{ tags: ['busybox:latest'], error: { code: 'DAMAGED' } }]);
    expect(test.warnings).toHaveLength(1);
    expect(readdirSync(join(test.root, 'layers'))).toHaveLength(2);
    const removed = await store.remove('busybox', { force: false, inUse: () => [] });
    expect(removed).toEqual({ untagged: ['busybox:latest'], deleted: [] });
    const clean = await test.open();
    expect(clean.broken).toEqual([]);
    expect(readdirSync(join(test.root, 'layers'))).toHaveLength(1);
  });
});
