import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { COLUMN_IDS } from './columns';
import { type ContainerFilter, STATE_GROUPS } from './filter';
import { formatSorting, parseSorting, type Sorting } from './sort';

/** Newest first: what was just made is what is looked for. */
const DEFAULT_SORTING: Sorting = { column: 'created', descending: false };
const list = parseAsArrayOf(parseAsString).withDefault([]);
const PARSERS = {
  q: parseAsString.withDefault(''),
  state: parseAsStringLiteral(['all', ...STATE_GROUPS]).withDefault('all'),
  image: list,
  label: list,
  sort: parseAsString.withDefault(formatSorting(DEFAULT_SORTING)),
  /** Start of the id of the box in the peek panel; '': closed. */
  peek: parseAsString.withDefault(''),
};

export interface ListAddress {
  filter: ContainerFilter;
  sorting: Sorting;
  peek: string;
  setFilter: (change: Partial<ContainerFilter>) => void;
  clearFilter: () => void;
  setSorting: (sorting: Sorting) => void;
  setPeek: (peek: string) => void;
}

/** What the list shows, in the address: it can be sent to a friend. */
export function useListAddress(): ListAddress {
  const [{ q, state, image, label, sort, peek }, set] = useQueryStates(PARSERS);
  const filter = useMemo(
    () => ({ text: q, group: state, images: image, labels: label }),
    [q, state, image, label],
  );
  const sorting = useMemo(() => parseSorting(sort, COLUMN_IDS) ?? DEFAULT_SORTING, [sort]);
  return useMemo(
    () => ({
      filter,
      sorting,
      peek,
      setFilter: ({ text, group, images, labels }) =>
        void set({
          ...(text === undefined ? {} : { q: text }),
          ...(group === undefined ? {} : { state: group }),
          ...(images === undefined ? {} : { image: [...images] }),
          ...(labels === undefined ? {} : { label: [...labels] }),
        }),
      clearFilter: () => void set({ q: null, state: null, image: null, label: null }),
      setSorting: (next) => void set({ sort: formatSorting(next) }),
      setPeek: (next) => void set({ peek: next || null }),
    }),
    [filter, sorting, peek, set],
  );
}
