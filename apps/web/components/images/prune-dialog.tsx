import type { PruneReport } from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { bytes } from '../../lib/format';
import { countOf } from '../../lib/images/names';
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
  const images = report?.items.filter(({ kind }) => kind === 'image').length ?? 0;
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
            {report && !nothing
              ? `${images > 0 ? `Remove ${countOf(images, 'image')}` : 'Clean up'}, free ${bytes(report.reclaimed)}`
              : 'Clean up'}
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

function Items({ report: { items, reclaimed }, old }: { report: PruneReport; old: boolean }) {
  return (
    <div className={old ? 'opacity-60' : ''} aria-busy={old || undefined}>
      <table className="w-full table-fixed text-left">
        <caption className="sr-only">What would be removed</caption>
        <thead className="text-quiet text-xs">
          <tr className="border-line border-b">
            <th scope="col" className="h-7 font-medium">
              Would go
            </th>
            <th scope="col" className="w-16 font-medium">
              Kind
            </th>
            <th scope="col" className="w-24 text-right font-medium">
              Frees
            </th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, LISTED).map(({ kind, id, name, bytes: size }) => (
            <tr key={`${kind} ${id}`} className="border-line border-b">
              <td className="h-7 truncate" title={name || id}>
                <bdi>{name || id.slice(0, 12)}</bdi>
              </td>
              <td className="text-quiet">{kind}</td>
              <td className="text-right">{bytes(size)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2} className="h-8 font-medium">
              {items.length > LISTED && (
                <span className="font-normal text-quiet">and {items.length - LISTED} more · </span>
              )}
              Together
            </th>
            <td className="text-right font-medium">{bytes(reclaimed)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
