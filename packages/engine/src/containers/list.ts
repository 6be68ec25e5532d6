import type { ContainerView } from '@boxyard/api';
import type { EngineContext } from '../context.ts';
import { compileFilter } from './filters.ts';
import { viewOf } from './view.ts';

/** Containers that pass the filters, the newest first. */
export function listContainers(
  engine: EngineContext,
  filter: { all: boolean; filters: readonly string[] },
): ContainerView[] {
  const test = compileFilter(filter);
  return [...engine.containers.values()]
    .filter(({ row }) => test(row))
    .sort((a, b) => b.row.createdAt - a.row.createdAt)
    .map(viewOf);
}
