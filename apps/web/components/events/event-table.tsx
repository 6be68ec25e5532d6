import type { EventView } from '@boxyard/api';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import { COARSE_POINTER, NARROW, useMedia } from '../../lib/media';
import { Badge } from '../ui/badge';
import { EventSentence, EventTime } from './event-sentence';

const ROW_HEIGHT = { normal: 32, coarse: 44, narrow: 56 };
const OVERSCAN = 10;

interface EventTableProps {
  events: readonly EventView[];
  now: number;
  /** Below the last row. */
  footer: ReactNode;
}

/** A table of any length, of which only the rows in sight exist. What comes at its top does not move what is being read. */
export function EventTable({ events, now, footer }: EventTableProps) {
  const frame = useRef<HTMLElement>(null);
  const [narrow, coarse] = [useMedia(NARROW), useMedia(COARSE_POINTER)];
  const height = narrow ? ROW_HEIGHT.narrow : coarse ? ROW_HEIGHT.coarse : ROW_HEIGHT.normal;
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    getItemKey: (index) => events[index]?.sequence ?? index,
  });
  useKeptPlace(frame, events, height);
  const shown = rows.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <section
      ref={frame}
      aria-label="Events"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="h-full overflow-auto overscroll-contain [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
    >
      <table className="w-full table-fixed text-left" aria-rowcount={events.length + 1}>
        <thead className="sticky top-0 z-10 bg-canvas text-quiet max-sm:sr-only">
          <tr className="h-8">
            <th scope="col" className="w-28 border-line border-b px-3 pl-4 font-medium">
              When
            </th>
            <th scope="col" className="w-28 border-line border-b px-3 font-medium">
              What
            </th>
            <th scope="col" className="border-line border-b px-3 font-medium">
              Event
            </th>
            <th scope="col" className="w-32 border-line border-b px-3 font-medium max-lg:hidden">
              Action
            </th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          <Spacer height={before} />
          {shown.map(({ key, index }) => {
            const event = events[index];
            return (
              event && <EventRow key={key} event={event} rowIndex={index + 2} height={height} now={now} />
            );
          })}
          <Spacer height={after} />
        </tbody>
      </table>
      {footer}
    </section>
  );
}

interface EventRowProps {
  event: EventView;
  rowIndex: number;
  height: number;
  now: number;
}

function EventRow({ event, rowIndex, height, now }: EventRowProps) {
  return (
    <tr
      aria-rowindex={rowIndex}
      style={{ height }}
      className="border-line border-b hover:bg-raised max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:content-center max-sm:px-4"
    >
      <td className="truncate px-3 sm:pl-4 max-sm:order-3 max-sm:col-start-2 max-sm:row-start-2 max-sm:px-0">
        <EventTime time={event.time} now={now} />
      </td>
      <td className="px-3 max-sm:order-2 max-sm:row-start-2 max-sm:px-0">
        <span className="flex">
          <Badge>{event.type === 'container' ? 'box' : event.type}</Badge>
        </span>
      </td>
      <td className="truncate px-3 max-sm:col-span-2 max-sm:row-start-1 max-sm:px-0" title={titleOf(event)}>
        <EventSentence event={event} />
      </td>
      <td className="truncate px-3 font-mono text-mono text-quiet max-lg:hidden">{event.action}</td>
    </tr>
  );
}

/** Everything that is known of it. */
function titleOf({ id, attributes }: EventView): string {
  return [`id=${id}`, ...Object.entries(attributes).map(([key, value]) => `${key}=${value}`)].join('\n');
}

function Spacer({ height }: { height: number }) {
  return height > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row is nothing that takes the focus
    <tr aria-hidden="true" style={{ height }} className="max-sm:block">
      <td colSpan={4} />
    </tr>
  ) : null;
}

/** Whoever scrolled down goes on seeing the same rows when new ones come above. */
function useKeptPlace(
  frame: RefObject<HTMLElement | null>,
  events: readonly EventView[],
  height: number,
): void {
  const top = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    const element = frame.current;
    const added = events.findIndex(({ sequence }) => sequence === top.current);
    if (element && added > 0 && element.scrollTop > 0) element.scrollTop += added * height;
    top.current = events[0]?.sequence;
  }, [frame, events, height]);
}
