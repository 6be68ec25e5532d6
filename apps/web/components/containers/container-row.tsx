// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are placed by themselves, which takes a table element's meaning away; roles keep it
// biome-ignore-all lint/a11y/useFocusableInteractive: a grid has one tab stop, on its row in hand
import type { ContainerView } from '@boxyard/api';
import { memo } from 'react';
import { allowed, VERBS } from '../../lib/actions';
import type { Column } from '../../lib/containers/columns';
import { PlayIcon, StopIcon } from '../ui/icons';
import { CELLS } from './cells';
import type { Perform } from './container-actions';
import { ROW_BUTTON, RowMenu } from './row-menu';

/** Room of the checkbox and of the buttons at the end, px. */
export const CHECKBOX_WIDTH = 40;
export const BUTTONS_WIDTH = 72;
/** Both where fingers press. */
export const COARSE_EXTRA_WIDTH = 36;

export interface RowEvents {
  toggle: (id: string, range: boolean) => void;
  activate: (id: string) => void;
  perform: Perform;
}

interface RowProps {
  container: ContainerView;
  columns: readonly Column[];
  template: string;
  now: number;
  /** Of `aria-rowindex`: the header is 1. */
  rowIndex: number;
  top: number;
  height: number;
  /** Has the tab stop of the table. */
  active: boolean;
  selected: boolean;
  peeked: boolean;
  events: RowEvents;
}

/** One box. Its figures follow the statistics by themselves; the rest is drawn when the box changes. */
export const ContainerRow = memo(function ContainerRow(props: RowProps) {
  const { container, columns, template, now, rowIndex, top, height, active, selected, peeked, events } =
    props;
  const { id, name } = container;
  const switchAction = allowed('stop', container) ? 'stop' : 'start';
  const tabIndex = active ? 0 : -1;
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={selected}
      tabIndex={tabIndex}
      data-id={id}
      data-container={name}
      onFocus={() => events.activate(id)}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${top}px)` }}
      className={`absolute inset-x-0 top-0 grid items-center border-line border-b [contain:strict] focus-visible:z-10 focus-visible:outline-offset-[-2px] ${selected || peeked ? 'bg-accent-soft' : 'hover:bg-raised'}`}
    >
      <div role="gridcell" className="flex justify-center">
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          checked={selected}
          tabIndex={tabIndex}
          onChange={({ nativeEvent }) =>
            events.toggle(id, 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true)
          }
          className="checkbox size-4"
        />
      </div>
      {columns.map(({ id: column, align }) => (
        <div
          key={column}
          role="gridcell"
          className={`flex min-w-0 items-center gap-2 px-2 ${align === 'right' ? 'justify-end text-right' : ''}`}
        >
          <Cell column={column} container={container} now={now} reachable={active} />
        </div>
      ))}
      <div role="gridcell" className="flex items-center justify-end gap-0.5 pr-2">
        {allowed(switchAction, container) && (
          <button
            type="button"
            tabIndex={tabIndex}
            aria-label={`${VERBS[switchAction].label} ${name}`}
            title={`${VERBS[switchAction].label} (s)`}
            onClick={() => events.perform(switchAction, [container])}
            className={ROW_BUTTON}
          >
            {switchAction === 'stop' ? <StopIcon /> : <PlayIcon />}
          </button>
        )}
        <RowMenu container={container} perform={events.perform} tabIndex={tabIndex} />
      </div>
    </div>
  );
});

function Cell({
  column,
  ...props
}: {
  column: Column['id'];
  container: ContainerView;
  now: number;
  reachable: boolean;
}) {
  return CELLS[column](props);
}
