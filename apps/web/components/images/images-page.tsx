import type { ContainerView, ImageView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs';
import { useCallback, useState } from 'react';
import { useYard } from '../../lib/connection';
import { bytes } from '../../lib/format';
import { useNow } from '../../lib/now';
import { queries, queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { Page } from '../shell/page';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Input } from '../ui/input';
import { Skeleton } from '../ui/skeleton';
import { useFileDrop } from './file-drop';
import { ImageTable, imageName } from './image-table';

/** Dialogs are loaded when the first is opened. */
const ImportDialog = dynamic(() => import('./import-dialog').then(({ ImportDialog }) => ImportDialog));
const RemoveDialog = dynamic(() => import('./remove-dialog').then(({ RemoveDialog }) => RemoveDialog));

const PARSERS = { q: parseAsString.withDefault(''), unused: parseAsBoolean.withDefault(false) };

/** Images: what there is, which boxes use it, import and removal. */
export function ImagesPage() {
  const { data: images, error, refetch } = useQuery(queries.images());
  const { containers } = useYard();
  const [{ q, unused }, setFilter] = useQueryStates(PARSERS);
  const [importing, setImporting] = useState(false);
  const [dropped, setDropped] = useState<File | null>(null);
  const [removing, setRemoving] = useState<ImageView | null>(null);
  const now = useNow();
  const drop = useCallback((file: File) => {
    setDropped(file);
    setImporting(true);
  }, []);
  const over = useFileDrop(drop);
  const [imports, removes] = [useEver(importing), useEver(removing !== null)];
  const shown = images && filtered(images, q, unused);
  const importButton = (
    <Button variant="primary" onClick={() => setImporting(true)}>
      Import
    </Button>
  );
  const imported = (image: ImageView) => {
    void queryClient.invalidateQueries({ queryKey: ['images'] });
    toast({ title: `${imageName(image)} is here, ${bytes(image.size)}`, tone: 'good' });
  };

  return (
    <Page
      title="Images"
      actions={images?.length !== 0 && importButton}
      toolbar={
        images &&
        images.length > 0 && (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <Input
              type="search"
              aria-label="Filter images"
              placeholder="Name or id"
              value={q}
              onChange={(event) => void setFilter({ q: event.currentTarget.value || null })}
              className="sm:max-w-72"
            />
            <Checkbox
              label="Used by no box"
              checked={unused}
              onChange={(checked) => void setFilter({ unused: checked || null })}
            />
            <span className="ml-auto text-quiet text-xs" role="status">
              {sumOf(shown ?? [])}
            </span>
          </div>
        )
      }
    >
      {error && !images && <ErrorState error={error} retry={() => void refetch()} />}
      {!images && !error && <Loading />}
      {images?.length === 0 && (
        <EmptyState title="No images yet" action={importButton} command="box import rootfs.tar.gz">
          An image is what boxes are made from: a root file system and what to run in it.
        </EmptyState>
      )}
      {shown && shown.length > 0 && (
        <ImageTable
          images={shown}
          now={now}
          boxesOf={(image) => boxesOf(image, containers?.values() ?? [])}
          remove={setRemoving}
        />
      )}
      {images && images.length > 0 && shown?.length === 0 && (
        <EmptyState
          title="No image is like that"
          action={<Button onClick={() => void setFilter({ q: null, unused: null })}>Show all</Button>}
        >
          None of {images.length} {images.length === 1 ? 'image' : 'images'} passes the filter.
        </EmptyState>
      )}
      {imports && (
        <ImportDialog
          open={importing}
          onOpenChange={(open) => {
            setImporting(open);
            if (!open) setDropped(null);
          }}
          dropped={dropped}
          onImported={imported}
        />
      )}
      {removes && <RemoveDialog image={removing} close={() => setRemoving(null)} />}
      {over && !importing && (
        <div className="pointer-events-none fixed inset-2 z-30 grid place-items-center rounded-box border-2 border-accent border-dashed bg-accent-soft/80 font-semibold text-title">
          Drop the archive to import it
        </div>
      )}
    </Page>
  );
}

/** Whether it was ever so: a dialog that was opened stays, so that it can close in its own way. */
function useEver(now: boolean): boolean {
  const [ever, setEver] = useState(now);
  if (now && !ever) setEver(true);
  return ever;
}

function filtered(images: readonly ImageView[], text: string, unused: boolean): ImageView[] {
  const wanted = text.trim().toLowerCase();
  return images
    .filter(({ containers }) => !unused || containers === 0)
    .filter(
      ({ tags, id }) => wanted === '' || id.startsWith(wanted) || tags.some((tag) => tag.includes(wanted)),
    )
    .toSorted((a, b) => b.createdAt - a.createdAt);
}

function sumOf(images: readonly ImageView[]): string {
  const size = images.reduce((sum, image) => sum + image.size, 0);
  return `${images.length} ${images.length === 1 ? 'image' : 'images'}, ${bytes(size)}`;
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
