import type { ContainerView } from '@boxyard/api';
import { humanizeAge, humanizeStatus, isAlive } from '@boxyard/spec';
import Link from 'next/link';
import { memo } from 'react';
import { RowActions } from './row-actions';
import { StatusMark } from './ui/status-mark';

/** Widths are fixed, so that what a box does never moves the columns. Narrow windows show the first ones and the actions. */
const COLUMNS = [
  { title: 'Status', className: 'w-40' },
  { title: 'Name', className: 'w-[16%]' },
  { title: 'Image', className: 'w-[10%] max-lg:hidden' },
  { title: 'Command', className: 'max-md:hidden' },
  { title: 'Since', className: 'w-44' },
  { title: 'Created', className: 'w-40 max-xl:hidden' },
  { title: 'Actions', className: 'w-48' },
];

/** One row a box; below 640 px each row is a card. */
export function ContainerTable({ containers, now }: { containers: readonly ContainerView[]; now: number }) {
  return (
    <table className="w-full table-fixed border-collapse text-left max-sm:block">
      <thead className="sticky top-0 z-10 bg-canvas text-quiet max-sm:hidden">
        <tr>
          {COLUMNS.map(({ title, className }) => (
            <th
              key={title}
              scope="col"
              className={`h-8 border-line border-b px-3 font-medium first:pl-4 ${className}`}
            >
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {containers.map((container) => (
          <Row key={container.id} container={container} now={now} />
        ))}
      </tbody>
    </table>
  );
}

const CELL = 'h-8 truncate px-3 sm:first:pl-4 max-sm:h-auto max-sm:p-0';

const Row = memo(function Row({ container, now }: { container: ContainerView; now: number }) {
  const { id, name, image, command, state, createdAt, finishedAt } = container;
  const since = !isAlive(state) && finishedAt ? humanizeAge(finishedAt, now) : humanizeStatus(container, now);
  return (
    <tr
      className="border-line border-b hover:bg-raised max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3"
      data-container={name}
    >
      <td className={`${CELL} max-sm:order-2 max-sm:text-right`}>
        <StatusMark container={container} />
      </td>
      <td className={`${CELL} font-medium max-sm:order-1`}>
        <Link href={`/containers/view/?id=${id}`} className="text-accent hover:underline" title={name}>
          {name}
        </Link>
      </td>
      <td className={`${CELL} max-sm:order-3 sm:max-lg:hidden`} title={image}>
        {image}
      </td>
      <td
        className={`${CELL} font-mono text-[12.5px] text-quiet max-sm:order-5 max-sm:col-span-2 sm:max-md:hidden`}
        title={command.join(' ')}
      >
        {command.join(' ')}
      </td>
      <td className={`${CELL} text-quiet max-sm:order-4 max-sm:text-right`}>{since}</td>
      <td className={`${CELL} text-quiet max-xl:hidden`}>{humanizeAge(createdAt, now)}</td>
      <td className={`${CELL} overflow-visible py-0.5 max-sm:order-6 max-sm:col-span-2 max-sm:pt-1.5`}>
        <RowActions container={container} />
      </td>
    </tr>
  );
});
