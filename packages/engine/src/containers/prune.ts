import type { PruneContainersRequest, PruneReport } from '@boxyard/api';
import { BoxError, isAlive } from '@boxyard/spec';
import { assertOpen, type EngineContext } from '../context.ts';
import { pruneFilter } from '../prune-filter.ts';
import type { Container } from './container.ts';
import { removeContainer } from './remove.ts';

/** Removes containers that do not run, with their files and logs. `dryRun` gives the same report and removes nothing. */
export async function pruneContainers(
  engine: EngineContext,
  request: PruneContainersRequest,
): Promise<PruneReport> {
  assertOpen(engine);
  const passes = pruneFilter(request);
  const ended = [...engine.containers.values()].filter(
    ({ row, state, lock }) =>
      !isAlive(state) && !lock.busy && passes({ createdAt: row.createdAt, labels: row.config.labels }),
  );
  const bytes = await engine.images.usages(ended.map(({ id }) => engine.paths.container(id)));
  const items: PruneReport['items'] = [];
  for (const [index, container] of ended.entries()) {
    if (!request.dryRun && !(await removed(engine, container))) continue;
    const { id, name } = container;
    items.push({ kind: 'container', id, name, bytes: bytes[index] ?? 0 });
  }
  return { items, reclaimed: items.reduce((sum, one) => sum + one.bytes, 0), dryRun: request.dryRun };
}

/** False when somebody started it meanwhile, or was faster. */
async function removed(engine: EngineContext, { id }: Container): Promise<boolean> {
  try {
    await removeContainer(engine, id, { force: false });
    return true;
  } catch (error) {
    const { code } = BoxError.from(error);
    if (code === 'WRONG_STATE' || code === 'NOT_FOUND') return false;
    throw error;
  }
}
