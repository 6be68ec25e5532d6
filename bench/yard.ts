import type { World } from './world.ts';

/** So many calls at once: what one connection pool of a client keeps busy. */
const AT_ONCE = 32;

/** Calls `work` with every item, a few at a time. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Makes boxes that sleep, and starts the first ones. Their ids. */
export async function crowd(
  world: World,
  { boxes, running }: { boxes: number; running: number },
): Promise<string[]> {
  const ids: string[] = [];
  await each(
    Array.from({ length: boxes }, (_, index) => index),
    async (index) => {
      const { id } = await world.call<{ id: string }>('containers.create', {
        image: 'busybox',
        name: `crowd-${String(index).padStart(4, '0')}`,
        command: ['sleep', '1000000'],
      });
      ids[index] = id;
    },
  );
  await each(ids.slice(0, running), (container) => world.call('containers.start', { container }));
  return ids;
}

export async function removeAll(world: World, ids: readonly string[]): Promise<void> {
  await each(ids, (container) => world.call('containers.remove', { container, force: true }));
}
