import type { PruneReport } from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { bytes } from '../../lib/format';
import { countOf, shortImageId } from '../../lib/images/names';
import { queries, queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { Switch } from '../ui/switch';

/** Rows that are listed; the rest is a number. */
const LISTED = 200;

/** What a clean-up would take, before it takes it. */
export function PruneDialog({ open, close }: { open: boolean; close: () => void }) {
  const [all, setAll] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const preview = useQuery({
    ...queries.prunePreview(all),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const report = preview.data;
  const nothing = report !== undefined && report.items.length === 0;
  const prune = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const { reclaimed } = await api.images.prune.mutate({ all });
      await queryClient.invalidateQueries({ queryKey: ['images'] });
      toast({ title: `${bytes(reclaimed)} were given back`, tone: 'good' });
      close();
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  const failure = error ?? preview.error;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title="Clean up images"
      description="Boxes keep what they are made from. What goes can be pulled or imported again."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="danger"
            busy={busy}
            disabled={!report || nothing || preview.isPlaceholderData}
            onClick={() => void prune()}
          >
            {report && !nothing ? `Free ${bytes(report.reclaimed)}` : 'Clean up'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Switch
          label="Named images too"
          hint="All that no box is made from; else only those without a name."
          checked={all}
          onChange={setAll}
        />
        {failure && <ErrorState error={failure} compact />}
        {!report && !failure && <Skeleton className="h-24 w-full" />}
        {nothing && (
          <p className="text-quiet">
            Nothing to remove: {all ? 'every image has a box' : 'every image has a name or a box'}.
          </p>
        )}
        {report && !nothing && <Items report={report} old={preview.isPlaceholderData} />}
      </div>
    </Dialog>
  );
}

type Item = PruneReport['items'][number];

function Items({ report: { items, reclaimed }, old }: { report: PruneReport; old: boolean }) {
  // Of an image its layers and blobs are what frees the disk; they have no names that say something.
  const named = items.filter(({ kind }) => kind !== 'layer' && kind !== 'blob');
  const parts = items.filter(({ kind }) => kind === 'layer' || kind === 'blob');
  return (
    <div className={`flex flex-col gap-2 ${old ? 'opacity-60' : ''}`} aria-busy={old || undefined}>
      {named.length > 0 && (
        <ul aria-label="What would be removed" className="flex flex-col">
          {named.slice(0, LISTED).map((item) => (
            <Row key={`${item.kind} ${item.id}`} item={item} />
          ))}
          {named.length > LISTED && <li className="py-1 text-quiet">and {named.length - LISTED} more</li>}
        </ul>
      )}
      {parts.length > 0 && (
        <details>
          <summary className="w-fit cursor-pointer text-quiet hover:text-ink pointer-coarse:min-h-11 pointer-coarse:py-3">
            {countOf(parts.length, 'layer or blob', 'layers and blobs')} that nothing else needs,{' '}
            {bytes(parts.reduce((sum, part) => sum + part.bytes, 0))}
          </summary>
          <ul className="mt-1 flex flex-col">
            {parts.slice(0, LISTED).map((item) => (
              <Row key={`${item.kind} ${item.id}`} item={item} />
            ))}
          </ul>
        </details>
      )}
      <p className="flex justify-between font-medium">
        <span>Together</span>
        <span>{bytes(reclaimed)}</span>
      </p>
    </div>
  );
}

function Row({ item: { kind, id, name, bytes: size } }: { item: Item }) {
  return (
    <li className="flex min-h-7 min-w-0 items-center gap-3 border-line border-b">
      <span className="min-w-0 flex-1 truncate" title={name || id}>
        <bdi>{name || shortImageId(id)}</bdi>
      </span>
      <span className="text-quiet text-xs">{kind}</span>
      <span className="w-20 text-right">{size > 0 && bytes(size)}</span>
    </li>
  );
}
