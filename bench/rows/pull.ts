import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianLayout } from '../../e2e/fixtures/debian-layout.ts';
import { debianRootfs } from '../../e2e/fixtures/debian-rootfs.ts';
import { makeImage, writeLayout } from '../../e2e/harness/image-fixture.ts';
import { TestRegistry } from '../../e2e/harness/registry.ts';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { median, processTime, times, versionOf } from '../measure.ts';
import { mb, ms, type Row } from '../table.ts';
import { transfer, trust } from '../transfers.ts';
import type { World } from '../world.ts';
import { kilobytes } from './memory.ts';

/** Seconds each, peers included: fewer than the 20 runs of what takes milliseconds. */
const RUNS = 5;
/** What the disk and the trash do after an image is gone is not the next pull's. */
const SETTLE_MS = 300;
const IMAGES = 10;
const FILES = 40;
const FILE_BYTES = 200_000;
const GUNZIP_AND_HASH =
  "const {createReadStream}=require('fs'),h=require('crypto').createHash('sha256');require('stream').pipeline(createReadStream(process.argv[1]),require('zlib').createGunzip({chunkSize:262144}),h,e=>{if(e)throw e})";

/** A Debian of one 61 MB layer (175 MB of tar, 9,100 entries) from a registry on loopback, alone and in company. */
export async function pullRows(world: World): Promise<Row[]> {
  await using registry = await TestRegistry.start();
  trust(world, registry.host);
  await debianLayout(join(world.work, 'debian'));
  await registry.pushWithSkopeo(`oci:${join(world.work, 'debian')}:latest`, 'debian');
  // An agent that did nothing else: its memory and its event loop's longest pause are those of pulls.
  await world.restart('SIGTERM');
  return [...(await layerRows(world, registry)), ...(await parallelRows(world, registry))];
}

async function layerRows(world: World, registry: TestRegistry): Promise<Row[]> {
  const image = registry.name('debian:latest');
  const archive = await debianRootfs();
  const podman = await versionOf('podman');
  const grown: number[] = [];
  const peers: Record<string, () => Promise<number>> = {
    ...(podman && {
      'podman vfs': () => podmanPull(world, image, 'vfs'),
      'podman overlay': () => podmanPull(world, image, 'overlay'),
    }),
    'tar xzf': () => untar(world, archive),
    'gunzip+sha256': () => processTime(world.node, ['-e', GUNZIP_AND_HASH, archive]),
  };
  const took = new Map<string, number[]>(Object.keys(peers).map((name) => [name, []]));
  const ours = await times(
    RUNS,
    async (index) => {
      // One after the other in each round, so that a noisy minute is everybody's.
      for (const [name, measure] of Object.entries(peers)) {
        const peer = await measure();
        if (index >= 0) took.get(name)?.push(peer);
        await sleep(SETTLE_MS);
      }
      const before = resetPeak(world.pid);
      const begin = performance.now();
      await transfer(world.call, 'images.pull', { image });
      const own = performance.now() - begin;
      grown.push(kilobytes(world.pid, 'status', 'VmHWM') * 1024 - before);
      await world.call('images.remove', { image, force: true });
      await sleep(SETTLE_MS);
      return own;
    },
    1,
  );
  const peer = [...took].map(([name, values]) => `${name} ${ms(median(values))}`).join(', ');
  const podmans = [...took].filter(([name]) => name.startsWith('podman')).map(([, values]) => median(values));
  const fastest = Math.min(...podmans);
  const pulled = median(ours);
  return [
    {
      what: 'pull of a 61 MB layer, unpacked',
      figure: ms(pulled),
      peer: `${peer}${podman ? ` (${podman})` : ''}`,
      ratio: podmans.length > 0 ? pulled / fastest : undefined,
      bar: '≤ 2000 ms, ≤ podman',
      reached: pulled <= 2000 && !(pulled > fastest),
    },
    {
      what: '… memory that the agent takes more meanwhile (peak RSS)',
      figure: mb(Math.max(...grown)),
      peer: `median ${mb(median(grown))}`,
      bar: '≤ 64 MB',
      reached: Math.max(...grown) <= 64 * 2 ** 20,
    },
  ];
}

/** Images of one layer each that have nothing in common: alone one after the other, then all at once. */
async function parallelRows(world: World, registry: TestRegistry): Promise<Row[]> {
  const names: string[] = [];
  for (let index = 0; index < IMAGES; index++) {
    const files = Array.from({ length: FILES }, (_, file) => ({
      path: `file-${file}`,
      data: randomBytes(FILE_BYTES),
    }));
    const layout = join(world.work, `image-${index}`);
    writeLayout(layout, makeImage([craftArchive(...files)]));
    await registry.pushWithSkopeo(`oci:${layout}:latest`, `image-${index}`);
    names.push(registry.name(`image-${index}:latest`));
  }
  const pull = (image: string) => transfer(world.call, 'images.pull', { image });
  const remove = async () => {
    for (const image of names) await world.call('images.remove', { image, force: true });
    await sleep(SETTLE_MS);
  };
  const alone: number[] = [];
  for (const image of names) {
    const begin = performance.now();
    await pull(image);
    alone.push(performance.now() - begin);
  }
  await remove();
  const together = await times(
    RUNS,
    async () => {
      const begin = performance.now();
      await Promise.all(names.map(pull));
      const took = performance.now() - begin;
      await remove();
      return took;
    },
    1,
  );
  const sum = median(alone) * IMAGES;
  return [
    {
      what: `${IMAGES} images of ${(FILES * FILE_BYTES) / 1e6} MB at once`,
      figure: ms(median(together)),
      peer: `${IMAGES} × one image ${ms(sum)}`,
      ratio: median(together) / sum,
      bar: '≤ 1.3 ×',
      reached: median(together) <= 1.3 * sum,
    },
  ];
}

async function podmanPull(world: World, image: string, driver: 'vfs' | 'overlay'): Promise<number> {
  const root = join(world.work, `podman-${driver}`);
  const options = ['--root', root, '--runroot', `${root}-run`, '--storage-driver', driver];
  const took = await processTime('podman', [...options, 'pull', '-q', '--tls-verify=false', image]);
  await processTime('podman', [...options, 'rmi', '-f', image]);
  return took;
}

async function untar(world: World, archive: string): Promise<number> {
  const tree = join(world.work, 'untar');
  mkdirSync(tree);
  const took = await processTime('tar', ['-xzf', archive, '-C', tree]);
  rmSync(tree, { recursive: true });
  return took;
}

/** proc(5), /proc/PID/clear_refs: 5 sets the peak to what it is now. Bytes of that. */
function resetPeak(pid: number): number {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return kilobytes(pid, 'status', 'VmRSS') * 1024;
}
