import type { VolumeView } from '@boxyard/api';
import Link from 'next/link';
import type { KeyboardEvent } from 'react';
import { age, bytes } from '../../lib/format';
import { shortVolume, type VolumeSort, type VolumeSorting } from '../../lib/volumes';
import { IconButton } from '../ui/icon-button';
import { MoreIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import type { VolumeAction } from './volume-dialogs';
import { volumeMenu } from './volume-menu';

interface VolumeTableProps {
  volumes: readonly VolumeView[];
  now: number;
  sizes: boolean;
  sorting: VolumeSorting;
  setSorting: (sorting: VolumeSorting) => void;
  act: (action: VolumeAction) => void;
}

/** Boxes beyond these are counted. */
const BOXES_SHOWN = 3;
const HEAD = 'h-8 border-line border-b px-3 font-medium';
const CELL = 'px-3 py-1.5 max-sm:p-0';
const COLUMNS: { sort: VolumeSort; title: string; className: string }[] = [
  { sort: 'name', title: 'Name', className: 'pl-4' },
  { sort: 'boxes', title: 'Used by', className: '' },
  { sort: 'size', title: 'Size', className: 'w-24 text-right' },
  { sort: 'created', title: 'Created', className: 'w-28 text-right' },
];
/** Figures are asked for from the top. */
const LARGEST_FIRST: readonly VolumeSort[] = ['size', 'created', 'boxes'];

/** One row a volume; below 640 px each row is a card. Arrows go from row to row, `d` removes. */
export function VolumeTable(props: VolumeTableProps) {
  const { volumes, sizes, sorting, setSorting } = props;
  return (
    <table className="w-full table-fixed border-collapse text-left max-sm:block">
      <thead className="sticky top-0 z-10 bg-canvas text-quiet max-sm:hidden">
        <tr>
          {COLUMNS.filter(({ sort }) => sizes || sort !== 'size').map(({ title, sort, className }) => {
            const sorted = sorting.by === sort;
            return (
              <th
                key={title}
                scope="col"
                aria-sort={sorted ? (sorting.descending ? 'descending' : 'ascending') : undefined}
                className={`${HEAD} ${className}`}
              >
                <button
                  type="button"
                  onClick={() =>
                    setSorting({
                      by: sort,
                      descending: sorted ? !sorting.descending : LARGEST_FIRST.includes(sort),
                    })
                  }
                  className={`inline-flex items-center gap-1 font-medium hover:text-ink pointer-coarse:h-11 ${className.includes('text-right') ? 'flex-row-reverse' : ''} ${sorted ? 'text-ink' : ''}`}
                >
                  {title}
                  <span aria-hidden className={sorted ? '' : 'invisible'}>
                    {sorting.descending ? '↓' : '↑'}
                  </span>
                </button>
              </th>
            );
          })}
          <th scope="col" className={`${HEAD} w-16`}>
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {volumes.map((volume) => (
          <Row key={volume.name} volume={volume} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ volume, now, sizes, act }: VolumeTableProps & { volume: VolumeView }) {
  const { name, createdAt, anonymous, labels } = volume;
  const press = (event: KeyboardEvent<HTMLTableRowElement>) => {
    const { target, currentTarget, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !currentTarget.contains(target as Node)) return;
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' } as const;
    const to = step[key as keyof typeof step];
    if (to) currentTarget[to]?.querySelector<HTMLElement>('button')?.focus();
    else if (key === 'd') act({ kind: 'remove', volume });
    else return;
    event.preventDefault();
  };
  const words = Object.entries(labels).map(([key, value]) => (value ? `${key}=${value}` : key));
  return (
    <tr
      onKeyDown={press}
      data-volume={name}
      className="border-line border-b hover:bg-raised max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3"
    >
      <th scope="row" className={`${CELL} min-w-0 font-normal sm:pl-4`}>
        <span className="block truncate font-medium max-sm:whitespace-normal max-sm:break-all" title={name}>
          <bdi>{shortVolume(name)}</bdi>
          {anonymous && <span className="ml-2 font-normal text-quiet text-xs">nobody named it</span>}
        </span>
        {words.length > 0 && (
          <span className="block truncate text-quiet text-xs" title={words.join('\n')}>
            <bdi>{words.join(', ')}</bdi>
          </span>
        )}
      </th>
      <td className={`${CELL} min-w-0 max-sm:order-2 max-sm:col-span-2`}>
        <Users volume={volume} />
      </td>
      {sizes && (
        <td className={`${CELL} whitespace-nowrap text-right max-sm:order-2 max-sm:text-left`}>
          {volume.bytes === null ? <span className="text-quiet">…</span> : bytes(volume.bytes)}
        </td>
      )}
      <td
        className={`${CELL} whitespace-nowrap text-right text-quiet max-sm:order-2 ${sizes ? '' : 'max-sm:col-span-2 max-sm:text-left'}`}
      >
        <time dateTime={createdAt} title={new Date(createdAt).toLocaleString('en-GB')}>
          {age(createdAt, now)}
          <span className="sm:hidden"> ago</span>
        </time>
      </td>
      <td className={`${CELL} text-right max-sm:order-1 sm:pr-4`}>
        <Menu
          trigger={
            <IconButton label={`More for ${shortVolume(name)}`}>
              <MoreIcon />
            </IconButton>
          }
          items={volumeMenu(volume, act)}
        />
      </td>
    </tr>
  );
}

function Users({ volume: { containers } }: { volume: VolumeView }) {
  if (containers.length === 0) return <span className="text-quiet">no box</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {containers.slice(0, BOXES_SHOWN).map((name) => (
        <Link
          key={name}
          href={`/containers/view/?id=${encodeURIComponent(name)}`}
          prefetch={false}
          className="truncate text-accent hover:underline pointer-coarse:inline-flex pointer-coarse:min-h-11 pointer-coarse:items-center"
        >
          <bdi>{name}</bdi>
        </Link>
      ))}
      {containers.length > BOXES_SHOWN && (
        <span className="text-quiet" title={containers.slice(BOXES_SHOWN).join('\n')}>
          and {containers.length - BOXES_SHOWN} more
        </span>
      )}
    </span>
  );
}
