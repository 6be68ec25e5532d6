import type { ContainerView } from '@boxyard/api';
import { humanizeAge, humanizeStatus } from '@boxyard/spec';
import Link from 'next/link';
import { RowActions } from './row-actions';
import { StatusMark } from './status-mark';

const COLUMNS = ['Status', 'Name', 'Image', 'Command', 'Since', 'Created', 'Actions'];

/** One row a box; below 640 px each row is a card. */
export function ContainerTable({ containers, now }: { containers: readonly ContainerView[]; now: number }) {
  return (
    <table className="w-full border-collapse text-left max-sm:block">
      <thead className="sticky top-0 bg-canvas text-quiet max-sm:hidden">
        <tr>
          {COLUMNS.map((title) => (
            <th key={title} scope="col" className="h-8 border-line border-b px-3 font-medium first:pl-4">
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

const CELL = 'h-8 px-3 first:pl-4 max-sm:h-auto max-sm:p-0';

function Row({ container, now }: { container: ContainerView; now: number }) {
  const { id, name, image, command } = container;
  return (
    <tr
      className="border-line border-b hover:bg-raised max-sm:grid max-sm:gap-1 max-sm:px-4 max-sm:py-3"
      data-container={name}
    >
      <td className={CELL}>
        <StatusMark container={container} />
      </td>
      <td className={`${CELL} font-medium`}>
        <Link href={`/containers/view/?id=${id}`} className="text-accent hover:underline">
          {name}
        </Link>
      </td>
      <td className={`${CELL} max-w-48 truncate`}>{image}</td>
      <td
        className={`${CELL} max-w-72 truncate font-mono text-[12.5px] text-quiet`}
        title={command.join(' ')}
      >
        {command.join(' ')}
      </td>
      <td className={`${CELL} whitespace-nowrap text-quiet`}>{humanizeStatus(container, now)}</td>
      <td className={`${CELL} whitespace-nowrap text-quiet max-sm:hidden`}>
        {humanizeAge(container.createdAt, now)}
      </td>
      <td className={`${CELL} py-0.5`}>
        <RowActions container={container} />
      </td>
    </tr>
  );
}
