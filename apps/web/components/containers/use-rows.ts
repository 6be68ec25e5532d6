import type { ContainerView } from '@boxyard/api';
import { useMemo } from 'react';
import { useYard } from '../../lib/connection';
import type { ContainerFilter } from '../../lib/containers/filter';
import { filterContainers } from '../../lib/containers/filter';
import { type Sorting, sortContainers } from '../../lib/containers/sort';
import { useWishes, withWish } from '../../lib/containers/wishes';
import { useNow } from '../../lib/now';
import { useWatch } from '../../lib/stats';
import { liveStatsOf } from '../../lib/stats-store';

/** How often the order follows figures that change every second: rarely enough to aim at a row. */
const FIGURES_ORDER_MS = 5_000;
const NEVER_MS = 2 ** 31 - 1;

/** All boxes (null: not known yet), and those that pass the filter in the order asked for. */
export function useRows(
  filter: ContainerFilter,
  sorting: Sorting,
): { all: readonly ContainerView[] | null; rows: readonly ContainerView[] } {
  const { containers } = useYard();
  const wishes = useWishes();
  const byFigures = sorting.column === 'cpu' || sorting.column === 'memory';
  const turn = useNow(byFigures ? FIGURES_ORDER_MS : NEVER_MS);
  useWatch({ containers: byFigures ? 'all' : [] });
  const all = useMemo(
    () => containers && [...containers.values()].map((container) => withWish(container, wishes)),
    [containers, wishes],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn takes the figures of now
  const rows = useMemo(
    () => sortContainers(filterContainers(all ?? [], filter), sorting, liveStatsOf),
    [all, filter, sorting, turn],
  );
  return { all, rows };
}
