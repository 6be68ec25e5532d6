import type { ContainerView, ImageView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { createParser, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useRef, useState } from 'react';
import { useCommands } from '../../lib/commands';
import { useYard } from '../../lib/connection';
import { NOTHING_SELECTED, toggle, toggleAll } from '../../lib/containers/selection';
import { bytes } from '../../lib/format';
import {
  formatImageSorting,
  IMAGE_SORTS,
  listImages,
  NEWEST_FIRST,
  parseImageSorting,
} from '../../lib/images/list';
import { countOf } from '../../lib/images/names';
import { useKeys } from '../../lib/keys';
import { useNow } from '../../lib/now';
import { queries } from '../../lib/queries';
import { Page } from '../shell/page';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Input } from '../ui/input';
import { useLinger } from '../ui/linger';
import { Select } from '../ui/select';
import { Skeleton } from '../ui/skeleton';
import { useFileDrop } from './file-drop';
import type { ImageAction } from './image-dialogs';
import { ImageTable } from './image-table';

/** Loaded when the first dialog is opened, and when there is something under way. */
const ImageDialogs = dynamic(() => import('./image-dialogs'), { ssr: false });
const ImageQueue = dynamic(() => import('./image-queue').then((module) => module.ImageQueue), { ssr: false });

const PARSERS = {
  q: parseAsString.withDefault(''),
  unused: parseAsBoolean.withDefault(false),
  sort: createParser({
    parse: parseImageSorting,
    serialize: formatImageSorting,
    eq: (a, b) => formatImageSorting(a) === formatImageSorting(b),
  }).withDefault(NEWEST_FIRST),
  /** What to open with: other pages lead to the dialogs. */
  show: parseAsStringLiteral(['pull', 'prune'] as const),
};
const SORTS = IMAGE_SORTS.flatMap((by) => [
  { value: by as string, label: `${by} ↑` },
  { value: `-${by}`, label: `${by} ↓` },
]);

/** Images: what there is and comes, which boxes use it, and everything one can do with them. */
export function ImagesPage() {
  const { data: images, error, refetch } = useQuery(queries.images());
  const { containers } = useYard();
  const [{ q, unused, sort, show }, setAddress] = useQueryStates(PARSERS);
  const [chosen, setChosen] = useState<ImageAction | null>(null);
  const [selection, setSelection] = useState(NOTHING_SELECTED);
  const filter = useRef<HTMLInputElement>(null);
  const now = useNow();
  const over = useFileDrop(useCallback((file: File) => setChosen({ kind: 'upload', file }), []));
  const shownByAddress = useShownByAddress(show);
  const action = chosen ?? shownByAddress;
  const opened = useLinger(action !== null);
  const close = () => {
    setChosen(null);
    if (show) void setAddress({ show: null });
  };
  useKeys({ '/': { label: 'Filter', run: () => filter.current?.focus() } }, { group: 'Images' });
  useCommands([
    { id: 'pull image', label: 'Pull an image…', group: 'Images', run: () => setChosen({ kind: 'pull' }) },
    {
      id: 'upload image',
      label: 'Upload an archive…',
      group: 'Images',
      words: 'load import',
      run: () => setChosen({ kind: 'upload' }),
    },
    {
      id: 'prune images',
      label: 'Clean up images…',
      group: 'Images',
      words: 'prune',
      run: () => setChosen({ kind: 'prune' }),
    },
  ]);
  const shown = images && listImages(images, { text: q, unused, sorting: sort });
  const selected = (shown ?? []).filter(({ id }) => selection.ids.has(id));
  const pull = (
    <Button variant="primary" onClick={() => setChosen({ kind: 'pull' })}>
      Pull
    </Button>
  );
  return (
    <Page
      title="Images"
      actions={
        images?.length !== 0 && (
          <>
            <Button onClick={() => setChosen({ kind: 'prune' })}>Clean up</Button>
            <Button onClick={() => setChosen({ kind: 'upload' })}>Upload</Button>
            {pull}
          </>
        )
      }
      toolbar={
        images &&
        images.length > 0 && (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <Input
              ref={filter}
              type="search"
              aria-label="Filter images"
              placeholder="Name, digest, platform or id"
              value={q}
              onChange={(event) => void setAddress({ q: event.currentTarget.value || null })}
              className="sm:max-w-72"
            />
            <Checkbox
              label="Used by no box"
              checked={unused}
              onChange={(checked) => void setAddress({ unused: checked || null })}
            />
            <Select
              label="Sort by"
              className="sm:hidden"
              value={formatImageSorting(sort)}
              items={SORTS}
              onChange={(value) => void setAddress({ sort: parseImageSorting(value) })}
            />
            <span className="ml-auto text-quiet text-xs" role="status">
              {sumOf(shown ?? [])}
            </span>
          </div>
        )
      }
    >
      <ImageQueue />
      {error && !images && <ErrorState error={error} retry={() => void refetch()} />}
      {!images && !error && <Loading />}
      {images?.length === 0 && (
        <EmptyState
          title="No images yet"
          action={
            <div className="flex gap-2">
              {pull}
              <Button onClick={() => setChosen({ kind: 'upload' })}>Upload</Button>
            </div>
          }
          command="box pull debian"
        >
          An image is what boxes are made from: a root file system and what to run in it.
        </EmptyState>
      )}
      {shown && shown.length > 0 && (
        <ImageTable
          images={shown}
          now={now}
          sorting={sort}
          setSorting={(next) => void setAddress({ sort: next })}
          selected={selection.ids}
          toggle={(id) => setSelection(toggle(selection, id))}
          toggleAll={() =>
            setSelection(
              toggleAll(
                selection,
                shown.map(({ id }) => id),
              ),
            )
          }
          boxesOf={(image) => boxesOf(image, containers?.values() ?? [])}
          act={setChosen}
        />
      )}
      {images && images.length > 0 && shown?.length === 0 && (
        <EmptyState
          title="No image is like that"
          action={<Button onClick={() => void setAddress({ q: null, unused: null })}>Show all</Button>}
        >
          None of {countOf(images.length, 'image')} passes the filter.
        </EmptyState>
      )}
      {selected.length > 0 && (
        <Selected images={selected} act={setChosen} clear={() => setSelection(NOTHING_SELECTED)} />
      )}
      {opened && (
        <ImageDialogs action={action} close={close} onRemoved={() => setSelection(NOTHING_SELECTED)} />
      )}
      {over && !action && (
        <div className="pointer-events-none fixed inset-2 z-30 grid place-items-center rounded-box border-2 border-accent border-dashed bg-accent-soft/80 font-semibold text-title">
          Drop the archive to upload it
        </div>
      )}
    </Page>
  );
}

interface SelectedProps {
  images: readonly ImageView[];
  act: (action: ImageAction) => void;
  clear: () => void;
}

/** What can be done with all that are ticked. It stays at the bottom while the rows scroll. */
function Selected({ images, act, clear }: SelectedProps) {
  return (
    <section
      aria-label="Selected images"
      className="sticky inset-x-2 bottom-3 z-30 mx-auto mt-3 flex w-fit max-w-[calc(100%-1rem)] flex-wrap items-center gap-2 rounded-box border border-rim bg-surface px-3 py-2 shadow-pop"
    >
      <p role="status" className="mr-1 font-medium">
        {images.length} selected
      </p>
      <Button onClick={() => act({ kind: 'save', images })}>Save</Button>
      <Button variant="danger" onClick={() => act({ kind: 'remove', images })}>
        Remove
      </Button>
      <Button variant="ghost" onClick={clear}>
        Clear
      </Button>
    </section>
  );
}

/** The same object while the address says the same: a dialog begins anew with each. */
function useShownByAddress(show: 'pull' | 'prune' | null): ImageAction | null {
  const [last, setLast] = useState<ImageAction | null>(null);
  if (show && last?.kind !== show) setLast({ kind: show });
  if (!show && last) setLast(null);
  return last;
}

function sumOf(images: readonly ImageView[]): string {
  const size = images.reduce((sum, image) => sum + image.size, 0);
  return `${countOf(images.length, 'image')}, ${bytes(size)}`;
}

/** The list of boxes, filtered by the names they called this image by. */
function boxesOf({ id }: ImageView, containers: Iterable<ContainerView>): string {
  const names = new Set([...containers].filter(({ imageId }) => imageId === id).map(({ image }) => image));
  return `/containers/?image=${[...names].map(encodeURIComponent).join(',')}`;
}

function Loading() {
  return (
    <div className="flex flex-col gap-3 p-4">
      {['w-1/2', 'w-2/3', 'w-1/3'].map((width) => (
        <Skeleton key={width} className={`h-6 ${width}`} />
      ))}
    </div>
  );
}
