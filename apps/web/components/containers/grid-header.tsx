// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are placed by themselves, which takes a table element's meaning away; roles keep it
// biome-ignore-all lint/a11y/useFocusableInteractive: a grid has one tab stop, on its row in hand
import type { Column } from '../../lib/containers/columns';
import type { Sorting } from '../../lib/containers/sort';

interface GridHeaderProps {
  columns: readonly Column[];
  template: string;
  height: number;
  sorting: Sorting;
  setSorting: (sorting: Sorting) => void;
  selected: number;
  total: number;
  toggleAll: () => void;
}

/** Figures are asked for from the top: the greediest first. */
const LARGEST_FIRST = new Set<string>(['cpu', 'memory']);

/** Titles that sort, and the box that ticks all. It stays when the rows scroll. */
export function GridHeader(props: GridHeaderProps) {
  const { columns, template, height, sorting, setSorting, selected, total, toggleAll } = props;
  const sortBy = ({ id }: Column) =>
    setSorting({
      column: id,
      descending: sorting.column === id ? !sorting.descending : LARGEST_FIRST.has(id),
    });
  return (
    <div role="rowgroup" className="sticky top-0 z-20 bg-canvas">
      <div
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template, height }}
        className="grid items-center border-line border-b text-quiet"
      >
        <div role="columnheader" className="flex justify-center">
          <input
            type="checkbox"
            aria-label={selected === total ? 'Select none' : `Select all ${total}`}
            checked={total > 0 && selected === total}
            ref={(element) => {
              if (element) element.indeterminate = selected > 0 && selected < total;
            }}
            onChange={toggleAll}
            className="checkbox size-4"
          />
        </div>
        {columns.map((column) => {
          const sorted = sorting.column === column.id;
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={sorted ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
              className={`flex min-w-0 px-2 ${column.align === 'right' ? 'justify-end' : ''}`}
            >
              <button
                type="button"
                onClick={() => sortBy(column)}
                className={`inline-flex min-w-0 items-center gap-1 font-medium hover:text-ink pointer-coarse:h-11 ${sorted ? 'text-ink' : ''}`}
              >
                <span className="truncate">{column.label}</span>
                <span aria-hidden className={sorted ? '' : 'invisible'}>
                  {sorting.descending ? '↓' : '↑'}
                </span>
              </button>
            </div>
          );
        })}
        <div role="columnheader">
          <span className="sr-only">Actions</span>
        </div>
      </div>
    </div>
  );
}
