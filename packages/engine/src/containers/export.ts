import type { Download } from '@boxyard/api';
import { assertOpen, type EngineContext, findContainer } from '../context.ts';
import { openContainerTree } from './root.ts';

/**
 * The whole file system of a container as a tar archive, running or stopped. What is mounted in it is left out, as Docker leaves volumes
 * out: what lies below the mount shows.
 */
export async function exportContainer(
  engine: EngineContext,
  reference: string,
  signal?: AbortSignal,
): Promise<Download> {
  assertOpen(engine);
  const container = findContainer(engine, reference);
  async function* chunks() {
    using tree = await openContainerTree(engine, container);
    const ends = signal ? AbortSignal.any([signal, tree.signal]) : tree.signal;
    yield* engine.trees.read({ root: tree.root, name: '', alone: true }, { signal: ends });
  }
  return { fileName: `${container.name}.tar`, contentType: 'application/x-tar', chunks: chunks() };
}
