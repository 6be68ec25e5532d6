'use client';
import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { memo, useRef } from 'react';
import { containerHref } from '../../lib/containers/links';
import type { Selection } from '../../lib/containers/selection';
import { bytes, cpus } from '../../lib/format';
import { useLiveStats, useWatch } from '../../lib/stats';
import { StatusMark } from '../ui/status-mark';
import { Clipped, sinceInWords } from './cells';
import type { RowEvents } from './container-row';
import { RowMenu } from './row-menu';

const CARD_HEIGHT = 100;
const OVERSCAN = 4;

interface CardsProps {
  containers: readonly ContainerView[];
  selection: Selection;
  events: RowEvents;
  now: number;
}

/** The list where a table has no room: a card a box, everything else in its menu. */
export default function ContainerCards({ containers, selection, events, now }: CardsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const cards = useVirtualizer({
    count: containers.length,
    getScrollElement: () => frame.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: (index) => containers[index]?.id ?? index,
  });
  const shown = cards.getVirtualItems();
  useWatch({
    containers: shown.flatMap(({ index }) => {
      const container = containers[index];
      return container && isAlive(container.state) ? [container.id] : [];
    }),
  });
  return (
    <div ref={frame} className="relative h-full overflow-y-auto overflow-x-hidden">
      <ul aria-label="Boxes" className="relative" style={{ height: cards.getTotalSize() }}>
        {shown.map(({ key, index, start }) => {
          const container = containers[index];
          return (
            container && (
              <Card
                key={key}
                container={container}
                place={{ position: index + 1, total: containers.length, top: start }}
                selected={selection.ids.has(container.id)}
                events={events}
                now={now}
              />
            )
          );
        })}
      </ul>
    </div>
  );
}

interface CardProps {
  container: ContainerView;
  place: { position: number; total: number; top: number };
  selected: boolean;
  events: RowEvents;
  now: number;
}

const Card = memo(
  function Card({ container, place, selected, events, now }: CardProps) {
    const { id, name, image } = container;
    return (
      <li
        aria-posinset={place.position}
        aria-setsize={place.total}
        data-id={id}
        data-container={name}
        style={{ height: CARD_HEIGHT, transform: `translateY(${place.top}px)` }}
        className={`absolute inset-x-0 top-0 grid grid-cols-[44px_minmax(0,1fr)_52px] items-center border-line border-b ${selected ? 'bg-accent-soft' : ''}`}
      >
        <label className="grid h-full place-items-center">
          <input
            type="checkbox"
            aria-label={`Select ${name}`}
            checked={selected}
            onChange={() => events.toggle(id, false)}
            className="checkbox size-4"
          />
        </label>
        <div className="flex min-w-0 flex-col">
          <Link
            href={containerHref(id)}
            prefetch={false}
            className="flex min-h-11 items-center font-medium text-ink text-title"
          >
            <bdi className="truncate">{name}</bdi>
          </Link>
          <div className="flex min-w-0 items-center gap-2">
            <StatusMark container={container} />
            <span className="truncate text-quiet">{sinceInWords(container, now)}</span>
          </div>
          <div className="flex min-w-0 items-center gap-2 text-quiet">
            <Clipped text={image} />
            <Figures container={container} />
          </div>
        </div>
        <RowMenu container={container} perform={events.perform} />
      </li>
    );
  },
  (before, after) =>
    before.container === after.container &&
    before.selected === after.selected &&
    before.now === after.now &&
    before.events === after.events &&
    before.place.top === after.place.top &&
    before.place.total === after.place.total,
);

function Figures({ container: { id, state } }: { container: ContainerView }) {
  const stats = useLiveStats(id);
  if (!isAlive(state) || !stats) return null;
  return (
    <span className="ml-auto shrink-0 whitespace-nowrap">
      {cpus(stats.cpu)} · {bytes(stats.memory)}
    </span>
  );
}
