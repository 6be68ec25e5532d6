import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import type { ColumnId } from './columns';
import { groupOf, type StateGroup } from './filter';

export interface Sorting {
  column: ColumnId;
  descending: boolean;
}

/** Figures of a running container, as far as they are known. */
export type Figures = (id: string) => { cpu: number; memory: number } | undefined;

/** What needs a look comes first. */
const GROUP_ORDER: Record<StateGroup, number> = { failed: 0, running: 1, stopped: 2 };
/** web-2 before web-10. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** `name` or `-cpu`, as it stands in the address. */
export function formatSorting({ column, descending }: Sorting): string {
  return `${descending ? '-' : ''}${column}`;
}

/** Null when the text names no column of `columns`. */
export function parseSorting(text: string, columns: readonly ColumnId[]): Sorting | null {
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const column = columns.find((id) => id === name);
  return column ? { column, descending } : null;
}

/** A new array. Equal ones go by name, then id, so that no change elsewhere moves them; unknown figures are last both ways. */
export function sortContainers(
  containers: readonly ContainerView[],
  { column, descending }: Sorting,
  figures: Figures,
): ContainerView[] {
  const keyOf = KEYS[column];
  const sign = descending ? -1 : 1;
  return containers
    .map((container) => ({ container, key: keyOf(container, figures) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) {
        if (a.key !== b.key) return a.key === null ? 1 : -1;
      } else {
        const order = compare(a.key, b.key);
        if (order !== 0) return sign * order;
      }
      return collator.compare(a.container.name, b.container.name) || compare(a.container.id, b.container.id);
    })
    .map(({ container }) => container);
}

type Key = string | number | null;

const KEYS: Record<ColumnId, (container: ContainerView, figures: Figures) => Key> = {
  status: (container) => GROUP_ORDER[groupOf(container)],
  name: ({ name }) => name,
  image: ({ image }) => image,
  command: ({ command }) => command.join(' '),
  cpu: ({ id }, figures) => figures(id)?.cpu ?? null,
  memory: ({ id }, figures) => figures(id)?.memory ?? null,
  network: ({ network }) => network,
  since: sinceOf,
  id: ({ id }) => id,
  created: ({ createdAt }) => -Date.parse(createdAt),
  pid: ({ pid }) => pid,
};

/** The age of what the column tells: how long it runs, or since when it does not. Youngest first. */
function sinceOf({ state, startedAt, finishedAt, createdAt }: ContainerView): number {
  const time = isAlive(state) ? startedAt : finishedAt;
  return -Date.parse(time ?? createdAt);
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}
