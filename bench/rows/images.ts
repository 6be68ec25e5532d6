import { HostileRegistry } from '../../e2e/harness/hostile-registry.ts';
import { makeImage } from '../../e2e/harness/image-fixture.ts';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { median, times } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import { transfer, trust } from '../transfers.ts';
import type { World } from '../world.ts';
import { each } from '../yard.ts';

const IMAGES = 500;

/** Listing many images that share a layer. */
export async function imageRows(world: World): Promise<Row[]> {
  await using registry = await HostileRegistry.start();
  trust(world, registry.host);
  const shared = craftArchive({ path: 'shared', data: 'x'.repeat(10_000) });
  const names = Array.from({ length: IMAGES }, (_, index) =>
    registry.add(`image-${index}`, makeImage([shared], { config: { Env: [`NUMBER=${index}`] } })),
  );
  await each(names, (image) => transfer(world.call, 'images.pull', { image }));
  const list = await times(20, () => world.call('images.list', undefined));
  await each(names, (image) => world.call('images.remove', { image, force: true }));
  return [
    {
      what: `list of ${IMAGES} images, in the agent`,
      figure: ms(median(list)),
      peer: '',
      bar: '≤ 30 ms',
      reached: median(list) <= 30,
    },
  ];
}
