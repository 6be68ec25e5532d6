import type { TaskView } from '@boxyard/api';
import type { Image } from '@boxyard/spec';
import { assertOpen, type EngineContext } from '../context.ts';

/** Begins to read every byte of the store again, or of what one image needs. Throws NOT_FOUND, AMBIGUOUS. */
export function verifyImages(engine: EngineContext, reference: string | undefined): TaskView {
  assertOpen(engine);
  const images = reference === undefined ? engine.images.list() : [engine.images.resolve(reference)];
  const subject = reference ?? 'all images';
  return engine.tasks.begin({ kind: 'verify', subject, key: `verify ${subject}` }, async (task) => {
    const bar = task.item('store', 'blobs and layers');
    const { damaged, unknown, ...counts } = await engine.images.verify(images, {
      signal: task.signal,
      onProgress: (current, total) => bar.set({ state: 'working', current, total }),
    });
    bar.set({ state: damaged.length === 0 ? 'done' : 'failed' });
    if (unknown.length > 0) {
      task.note(
        `${unknown.length} layers of an older version cannot be verified: what they were made of was not kept`,
      );
    }
    for (const { what } of damaged) task.note(what);
    const named = damaged.map((one) => ({ ...one, images: namesNeeding(engine, images, one.digest) }));
    return { verified: { ...counts, damaged: named } };
  });
}

/** Names of the images that need a blob or layer. */
function namesNeeding({ images }: EngineContext, among: readonly Image[], digest: string): string[] {
  return among
    .filter((image) => images.needs(image, digest))
    .map(({ id, tags, digests }) => tags[0] ?? digests[0] ?? id.slice(0, 12));
}
