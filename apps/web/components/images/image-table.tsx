import type { ImageView } from '@boxyard/api';
import { formatPlatform } from '@boxyard/spec';
import Link from 'next/link';
import type { KeyboardEvent } from 'react';
import { age, bytes } from '../../lib/format';
import { type ImageSort, type ImageSorting, LARGEST_FIRST } from '../../lib/images/list';
import { imageHref, imageName, imageReference, newBoxHref, shortImageId } from '../../lib/images/names';
import { buttonClass } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { IconButton } from '../ui/icon-button';
import { MoreIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import type { ImageAction } from './image-dialogs';
import { imageMenu } from './image-menu';

export interface ImageTableProps {
  images: readonly ImageView[];
  now: number;
  sorting: ImageSorting;
  setSorting: (sorting: ImageSorting) => void;
  selected: ReadonlySet<string>;
  toggle: (id: string) => void;
  toggleAll: () => void;
  /** Where the boxes made from an image are listed. */
  boxesOf: (image: ImageView) => string;
  act: (action: ImageAction) => void;
}

/** Names beyond these are counted. */
const TAGS_SHOWN = 3;
const HEAD = 'h-8 border-line border-b px-3 font-medium';
const CELL = 'px-3 py-1 max-sm:p-0';
const COLUMNS: { sort?: ImageSort; title: string; className: string }[] = [
  { sort: 'name', title: 'Name', className: 'pl-0' },
  { sort: 'platform', title: 'Platform', className: 'w-32 max-md:hidden' },
  { title: 'Digest', className: 'w-36 max-xl:hidden' },
  { sort: 'size', title: 'Size', className: 'w-24 text-right' },
  { title: 'Shared', className: 'w-24 text-right max-lg:hidden' },
  { sort: 'created', title: 'Created', className: 'w-24 text-right' },
  { sort: 'boxes', title: 'Used by', className: 'w-28' },
];

/** One row an image; below 640 px each row is a card. Arrows go from row to row, `x` ticks, `d` removes. */
export function ImageTable(props: ImageTableProps) {
  const { images, selected, toggleAll, sorting, setSorting } = props;
  const ticked = images.filter(({ id }) => selected.has(id)).length;
  return (
    <table className="w-full table-fixed border-collapse text-left max-sm:block">
      <thead className="sticky top-0 z-10 bg-canvas text-quiet max-sm:hidden">
        <tr>
          <th scope="col" className={`${HEAD} w-11 pl-4`}>
            <Checkbox
              hideLabel
              label={ticked === images.length ? 'Select none' : `Select all ${images.length}`}
              checked={ticked === images.length}
              indeterminate={ticked > 0 && ticked < images.length}
              onChange={toggleAll}
            />
          </th>
          {COLUMNS.map(({ title, sort, className }) => (
            <th
              key={title}
              scope="col"
              aria-sort={
                sort && sorting.by === sort ? (sorting.descending ? 'descending' : 'ascending') : undefined
              }
              className={`${HEAD} ${className}`}
            >
              {sort ? (
                <SortButton title={title} sort={sort} sorting={sorting} setSorting={setSorting} />
              ) : (
                title
              )}
            </th>
          ))}
          <th scope="col" className={`${HEAD} w-32`}>
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {images.map((image) => (
          <Row key={image.id} image={image} {...props} />
        ))}
      </tbody>
    </table>
  );
}

interface SortButtonProps extends Pick<ImageTableProps, 'sorting' | 'setSorting'> {
  title: string;
  sort: ImageSort;
}

function SortButton({ title, sort, sorting, setSorting }: SortButtonProps) {
  const sorted = sorting.by === sort;
  return (
    <button
      type="button"
      onClick={() =>
        setSorting({ by: sort, descending: sorted ? !sorting.descending : LARGEST_FIRST.includes(sort) })
      }
      className={`inline-flex items-center gap-1 font-medium hover:text-ink pointer-coarse:h-11 ${sorted ? 'text-ink' : ''}`}
    >
      {title}
      <span aria-hidden className={sorted ? '' : 'invisible'}>
        {sorting.descending ? '↓' : '↑'}
      </span>
    </button>
  );
}

function Row({ image, now, selected, toggle, boxesOf, act }: ImageTableProps & { image: ImageView }) {
  const { id, platform, digests, size, sharedSize } = image;
  const created = new Date(image.createdAt);
  const name = imageName(image);
  const keys: Record<string, () => void> = {
    x: () => toggle(id),
    d: () => act({ kind: 'remove', images: [image] }),
  };
  const press = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.currentTarget.contains(event.target as Node))
      return;
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' } as const;
    const to = step[event.key as keyof typeof step];
    if (to) event.currentTarget[to]?.querySelector<HTMLElement>('th a')?.focus();
    else if (keys[event.key]) keys[event.key]?.();
    else return;
    event.preventDefault();
  };
  return (
    <tr
      onKeyDown={press}
      data-image={id}
      className={`border-line border-b hover:bg-raised max-sm:grid max-sm:grid-cols-[auto_1fr_auto] max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3 ${selected.has(id) ? 'bg-accent-soft' : ''}`}
    >
      <td className={`${CELL} sm:pl-4`}>
        <Checkbox hideLabel label={`Select ${name}`} checked={selected.has(id)} onChange={() => toggle(id)} />
      </td>
      <th scope="row" className={`${CELL} min-w-0 font-normal sm:pl-0 max-sm:col-span-2`}>
        <Names image={image} />
      </th>
      <td className={`${CELL} truncate text-quiet max-md:hidden`}>{formatPlatform(platform)}</td>
      <td
        className={`${CELL} truncate font-mono text-mono text-quiet max-xl:hidden`}
        title={digests.join('\n')}
      >
        {digests[0]?.replace(/^.*@sha256:/, '').slice(0, 12) ?? '–'}
      </td>
      <td className={`${CELL} whitespace-nowrap text-right max-sm:col-span-2 max-sm:text-left`}>
        {bytes(size)}
        <span className="text-quiet sm:hidden">
          {sharedSize > 0 && ` (${bytes(sharedSize)} shared)`} · {formatPlatform(platform)}
        </span>
      </td>
      <td className={`${CELL} whitespace-nowrap text-right text-quiet max-lg:hidden`}>
        {sharedSize > 0 ? bytes(sharedSize) : '–'}
      </td>
      <td className={`${CELL} whitespace-nowrap text-right text-quiet`}>
        <time dateTime={created.toISOString()} title={created.toLocaleString('en-GB')}>
          {age(created.toISOString(), now)}
          <span className="sm:hidden"> ago</span>
        </time>
      </td>
      <td className={`${CELL} max-sm:col-span-2`}>
        <Users image={image} href={boxesOf(image)} />
      </td>
      <td className={`${CELL} sm:pr-4`}>
        <div className="flex items-center justify-end gap-1">
          <Link
            href={newBoxHref(imageReference(image))}
            prefetch={false}
            className={buttonClass('plain', 'small')}
            aria-label={`Use ${name} for a new box`}
          >
            Use
          </Link>
          <Menu
            trigger={
              <IconButton label={`More for ${name}`}>
                <MoreIcon />
              </IconButton>
            }
            items={imageMenu(image, act)}
          />
        </div>
      </td>
    </tr>
  );
}

const NAME =
  'block truncate font-medium hover:text-accent hover:underline max-sm:whitespace-normal max-sm:break-all pointer-coarse:min-h-11 pointer-coarse:py-3';

function Names({ image }: { image: ImageView }) {
  const { tags, id, digests } = image;
  if (tags.length === 0) {
    return (
      <Link href={imageHref(id)} prefetch={false} className={NAME} title={digests[0] ?? id}>
        <span className="font-normal text-quiet italic">
          {digests[0] ? imageName(image) : `no name (${shortImageId(id)})`}
        </span>
      </Link>
    );
  }
  return (
    <ul className="flex min-w-0 flex-col">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <li key={tag}>
          <Link href={imageHref(tag)} prefetch={false} className={NAME} title={tag}>
            <bdi>{tag}</bdi>
          </Link>
        </li>
      ))}
      {tags.length > TAGS_SHOWN && (
        <li className="text-quiet text-xs" title={tags.slice(TAGS_SHOWN).join('\n')}>
          and {tags.length - TAGS_SHOWN} more names
        </li>
      )}
    </ul>
  );
}

function Users({ image: { containers }, href }: { image: ImageView; href: string }) {
  if (containers === 0) return <span className="text-quiet">no box</span>;
  return (
    <Link
      href={href}
      prefetch={false}
      className="text-accent hover:underline pointer-coarse:inline-flex pointer-coarse:min-h-11 pointer-coarse:items-center"
    >
      {containers} {containers === 1 ? 'box' : 'boxes'}
    </Link>
  );
}
