import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { debianLayout } from '../../e2e/fixtures/debian-layout.ts';
import { debianRootfs } from '../../e2e/fixtures/debian-rootfs.ts';
import { TestRegistry } from '../../e2e/harness/registry.ts';
import { median } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import { transfer, trust } from '../transfers.ts';
import type { World } from '../world.ts';

/** A fresh registry for each, so that nothing is there already or can be mounted. */
const RUNS = 5;

/** The same layer to registries that lack it, against nothing but its bytes in one PUT. */
export async function pushRows(world: World): Promise<Row[]> {
  const archive = await debianRootfs();
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  const digest = `sha256:${hash.digest('hex')}`;
  const image = await pulled(world);
  const pushes: number[] = [];
  const plain: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await using registry = await TestRegistry.start();
    trust(world, registry.host);
    const begin = performance.now();
    await transfer(world.call, 'images.push', { image, destination: registry.name('pushed:latest') });
    pushes.push(performance.now() - begin);
    await using other = await TestRegistry.start();
    plain.push(await upload(other.host, archive, digest));
  }
  const ratio = median(pushes) / median(plain);
  return [
    {
      what: 'push of the 61 MB layer',
      figure: ms(median(pushes)),
      peer: `its bytes in one PUT ${ms(median(plain))}`,
      ratio,
      bar: '≤ 1.5 ×',
      reached: ratio <= 1.5,
    },
  ];
}

async function pulled(world: World): Promise<string> {
  await using registry = await TestRegistry.start();
  trust(world, registry.host);
  const layout = join(world.work, 'to-push');
  await debianLayout(layout);
  await registry.pushWithSkopeo(`oci:${layout}:latest`, 'debian');
  const image = registry.name('debian:latest');
  await transfer(world.call, 'images.pull', { image });
  return image;
}

/** Distribution-spec, "Pushing blobs": POST, then PUT of everything. Milliseconds. */
async function upload(host: string, file: string, digest: string): Promise<number> {
  const begin = performance.now();
  const { location } = await send(`http://${host}/v2/plain/blobs/uploads/`, 'POST', {});
  const target = new URL(location as string, `http://${host}`);
  target.searchParams.set('digest', digest);
  await send(target.href, 'PUT', { file });
  return performance.now() - begin;
}

function send(
  url: string,
  method: string,
  { file }: { file?: string },
): Promise<{ location?: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': file ? statSync(file).size : 0,
    };
    const call = request(url, { method, headers }, (response) => {
      response.resume().on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve({ location: response.headers.location });
        else reject(new Error(`${method} ${url} → ${response.statusCode}`));
      });
    });
    call.on('error', reject);
    if (file) createReadStream(file, { highWaterMark: 2 ** 18 }).pipe(call);
    else call.end();
  });
}
