// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are placed by themselves, which takes a table element's meaning away; roles keep it
// biome-ignore-all lint/a11y/useFocusableInteractive: a grid has one tab stop, on its row in hand
'use client';
import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Density } from '../../lib/appearance';
import { type ColumnId, fitColumns, gridTemplate } from '../../lib/containers/columns';
import type { Selection } from '../../lib/containers/selection';
import type { Sorting } from '../../lib/containers/sort';
import { focusPage } from '../../lib/focus';
import { COARSE_POINTER, useMedia } from '../../lib/media';
import { useWatch } from '../../lib/stats';
import {
  BUTTONS_WIDTH,
  CHECKBOX_WIDTH,
  COARSE_EXTRA_WIDTH,
  ContainerRow,
  type RowEvents,
} from './container-row';
import { GridHeader } from './grid-header';

const ROW_HEIGHT = { comfortable: 32, compact: 28, coarse: 44 };
/** Rows kept ready beyond the edge: a flick of the wheel shows no white. */
const OVERSCAN = 8;
/** Before the window was measured. */
const WIDTH_GUESS = 1200;

export interface ContainerGridProps {
  containers: readonly ContainerView[];
  columns: readonly ColumnId[];
  density: Density;
  sorting: Sorting;
  setSorting: (sorting: Sorting) => void;
  selection: Selection;
  toggleAll: () => void;
  /** The row with the tab stop. */
  active: string | null;
  /** Shown in the peek panel. */
  peeked: string | null;
  events: RowEvents;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  now: number;
}

/** A table of any length, of which only the rows in sight exist. The row in hand always does, so that the focus is never lost. */
export function ContainerGrid(props: ContainerGridProps) {
  const { containers, selection, active, peeked, events, now, sorting } = props;
  const coarse = useMedia(COARSE_POINTER);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const side = CHECKBOX_WIDTH + BUTTONS_WIDTH + (coarse ? COARSE_EXTRA_WIDTH : 0);
  const columns = useMemo(() => fitColumns(props.columns, width, side), [props.columns, width, side]);
  const template = `${CHECKBOX_WIDTH}px ${gridTemplate(columns)} ${side - CHECKBOX_WIDTH}px`;
  const height = coarse ? ROW_HEIGHT.coarse : ROW_HEIGHT[props.density];
  const activeIndex = useMemo(
    () => (active ? containers.findIndex(({ id }) => id === active) : -1),
    [active, containers],
  );

  const rows = useVirtualizer({
    count: containers.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: height,
    getItemKey: (index) => containers[index]?.id ?? index,
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      return activeIndex === -1 || indexes.includes(activeIndex)
        ? indexes
        : [...indexes, activeIndex].sort((a, b) => a - b);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => rows.measure(), [height]);
  const shown = rows.getVirtualItems();
  useWatch({
    containers: shown.flatMap(({ index }) => {
      const container = containers[index];
      return container && isAlive(container.state) ? [container.id] : [];
    }),
  });
  useScrollIntoView({ frame, activeIndex, active, height });
  useKeptFocus(frame, containers);

  return (
    <div
      ref={frame}
      role="grid"
      aria-label="Boxes"
      aria-multiselectable
      aria-rowcount={containers.length + 1}
      aria-colcount={columns.length + 2}
      onKeyDown={props.onKeyDown}
      className="relative h-full overflow-auto overscroll-contain"
    >
      <GridHeader
        columns={columns}
        template={template}
        height={height}
        sorting={sorting}
        setSorting={props.setSorting}
        selected={containers.filter(({ id }) => selection.ids.has(id)).length}
        total={containers.length}
        toggleAll={props.toggleAll}
      />
      <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ key, index, start }) => {
          const container = containers[index];
          if (!container) return null;
          return (
            <ContainerRow
              key={key}
              container={container}
              columns={columns}
              template={template}
              now={now}
              rowIndex={index + 2}
              top={start - height}
              height={height}
              active={container.id === active || (activeIndex === -1 && index === 0)}
              selected={selection.ids.has(container.id)}
              peeked={container.id === peeked}
              events={events}
            />
          );
        })}
      </div>
    </div>
  );
}

function useWidth(frame: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(WIDTH_GUESS);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}

interface InView {
  frame: React.RefObject<HTMLElement | null>;
  active: string | null;
  activeIndex: number;
  height: number;
}

/** Brings the row in hand into sight when another one is taken in hand; not when the order changes under it. */
function useScrollIntoView({ frame, active, activeIndex, height }: InView): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another row moves the page
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || activeIndex === -1) return;
    const top = activeIndex * height;
    const room = element.clientHeight - height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room;
  }, [active]);
}

/** When the row that had the focus goes away, the focus goes to the one in hand now instead of being lost. */
function useKeptFocus(
  frame: React.RefObject<HTMLElement | null>,
  containers: readonly ContainerView[],
): void {
  const focused = useRef<string | null>(null);
  useEffect(() => {
    const followFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      if (frame.current?.contains(target))
        focused.current = target.closest<HTMLElement>('[data-id]')?.dataset.id ?? null;
      // A question about the row gives the focus back to it.
      else if (!target.closest('[role=dialog], [role=menu]')) focused.current = null;
    };
    document.addEventListener('focusin', followFocus);
    return () => document.removeEventListener('focusin', followFocus);
  }, [frame]);
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement !== document.body) return;
    if (containers.some(({ id }) => id === focused.current)) return;
    focusRowInHand(frame.current);
  });
  // The last row takes the table with it.
  useLayoutEffect(
    () => () => {
      if (focused.current === null) return;
      requestAnimationFrame(() => document.activeElement === document.body && focusPage());
    },
    [],
  );
}

/** Gives the focus to the row that has the tab stop, to the page when there is none. */
export function focusRowInHand(within: ParentNode | null): void {
  const row = within?.querySelector<HTMLElement>('[role=row][data-id][tabindex="0"]');
  if (row) row.focus({ preventScroll: true });
  else focusPage();
}
