'use client';
import type { ListAddress } from '../../lib/containers/address';
import { COLUMN_IDS, COLUMNS } from '../../lib/containers/columns';
import { formatSorting, parseSorting } from '../../lib/containers/sort';
import { Select } from '../ui/select';

const ITEMS = COLUMNS.flatMap(({ id, label }) => [
  { value: formatSorting({ column: id, descending: false }), label: `${label} ↑` },
  { value: formatSorting({ column: id, descending: true }), label: `${label} ↓` },
]);

/** For cards, which have no column titles to press. */
export default function SortSelect({ address: { sorting, setSorting } }: { address: ListAddress }) {
  return (
    <Select
      label="Sort by"
      value={formatSorting(sorting)}
      items={ITEMS}
      onChange={(value) => {
        const next = parseSorting(value, COLUMN_IDS);
        if (next) setSorting(next);
      }}
    />
  );
}
