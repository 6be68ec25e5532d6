import type { ImageView } from '@boxyard/api';
import Link from 'next/link';
import { age, bytes } from '../../lib/format';
import { buttonClass } from '../ui/button';
import { IconButton } from '../ui/icon-button';
import { TrashIcon } from '../ui/icons';

interface ImageTableProps {
  images: readonly ImageView[];
  now: number;
  /** Where the boxes made from an image are listed. */
  boxesOf: (image: ImageView) => string;
  remove: (image: ImageView) => void;
}

const SHORT_ID = 12;
/** Names beyond these are counted. */
const TAGS_SHOWN = 3;
const HEAD = 'h-8 border-line border-b px-3 font-medium';
const CELL = 'px-3 py-1 max-sm:p-0';

/** What an image is called where one name is wanted. */
export function imageName({ tags, id }: ImageView): string {
  return tags[0] ?? id.slice(0, SHORT_ID);
}

/** One row an image; below 640 px each row is a card. */
export function ImageTable({ images, now, boxesOf, remove }: ImageTableProps) {
  return (
    <table className="w-full table-fixed border-collapse text-left max-sm:block">
      <thead className="sticky top-0 z-10 bg-canvas text-quiet max-sm:hidden">
        <tr>
          <th scope="col" className={`${HEAD} pl-4`}>
            Name
          </th>
          <th scope="col" className={`${HEAD} w-32 max-lg:hidden`}>
            Id
          </th>
          <th scope="col" className={`${HEAD} w-24 text-right`}>
            Size
          </th>
          <th scope="col" className={`${HEAD} w-24 text-right`}>
            Created
          </th>
          <th scope="col" className={`${HEAD} w-28`}>
            Used by
          </th>
          <th scope="col" className={`${HEAD} w-36`}>
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {images.map((image) => (
          <tr
            key={image.id}
            className="border-line border-b hover:bg-raised max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3"
          >
            <th scope="row" className={`${CELL} min-w-0 font-normal sm:pl-4 max-sm:col-span-2`}>
              <Names image={image} />
            </th>
            <td className={`${CELL} font-mono text-mono text-quiet max-lg:hidden`} title={image.id}>
              {image.id.slice(0, SHORT_ID)}
            </td>
            <td className={`${CELL} whitespace-nowrap text-right max-sm:text-left`}>{bytes(image.size)}</td>
            <td className={`${CELL} whitespace-nowrap text-right text-quiet`}>
              <time
                dateTime={new Date(image.createdAt).toISOString()}
                title={new Date(image.createdAt).toLocaleString('en-GB')}
              >
                {age(new Date(image.createdAt).toISOString(), now)}
                <span className="sm:hidden"> ago</span>
              </time>
            </td>
            <td className={CELL}>
              <Users image={image} href={boxesOf(image)} />
            </td>
            <td className={`${CELL} sm:pr-4`}>
              <div className="flex items-center justify-end gap-1.5">
                <Link
                  href={`/containers/new/?image=${encodeURIComponent(imageName(image))}`}
                  prefetch={false}
                  className={buttonClass('plain', 'small')}
                  aria-label={`Use ${imageName(image)} for a new box`}
                >
                  Use
                </Link>
                <IconButton label={`Remove ${imageName(image)}`} onClick={() => remove(image)}>
                  <TrashIcon />
                </IconButton>
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Names({ image: { tags, id } }: { image: ImageView }) {
  if (tags.length === 0) return <span className="text-quiet italic">no name ({id.slice(0, SHORT_ID)})</span>;
  return (
    <ul className="flex min-w-0 flex-col">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <li key={tag} className="truncate font-medium max-sm:whitespace-normal max-sm:break-all" title={tag}>
          {tag}
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
      className="text-accent hover:underline pointer-coarse:inline-flex pointer-coarse:min-h-11 pointer-coarse:items-center"
    >
      {containers} {containers === 1 ? 'box' : 'boxes'}
    </Link>
  );
}
