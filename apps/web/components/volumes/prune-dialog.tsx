import type { PruneReport } from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { bytes } from '../../lib/format';
import { countOf } from '../../lib/images/names';
import { queries, queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { shortVolume } from '../../lib/volumes';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import { Skeleton } from '../ui/skeleton';
import { Switch } from '../ui/switch';

/** Rows that are listed; the rest is a number. */
const LISTED = 200;
/** Typed before volumes go that somebody gave a name. */
const WORD = 'delete';

/** What a clean-up would take, before it takes it. */
export function PruneVolumesDialog({ open, close }: { open: boolean; close: () => void }) {
  const [all, setAll] = useState(false);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const preview = useQuery({
    ...queries.volumePrunePreview(all),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const report = preview.data;
  const count = report?.items.length ?? 0;
  const prune = async () => {
    setBusy(true);
    setError(null);
    try {
      const { items, reclaimed } = await api.volumes.prune.mutate({ all });
      await queryClient.invalidateQueries({ queryKey: ['volumes'] });
      toast({
        title: `${countOf(items.length, 'volume')} removed, ${bytes(reclaimed)} given back`,
        tone: 'good',
      });
      close();
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  const failure = error ?? preview.error;
  const allowed = count > 0 && !preview.isPlaceholderData && (!all || typed === WORD);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title="Clean up volumes"
      description="Those that a box mounts stay, whether it runs or not. What goes cannot be had again."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="danger" busy={busy} disabled={!allowed} onClick={() => void prune()}>
            {count > 0 ? `Remove ${countOf(count, 'volume')}` : 'Clean up'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Switch
          label="Volumes with a name too"
          hint="Else only those that were made for boxes and left behind."
          checked={all}
          onChange={setAll}
        />
        {failure && <ErrorState error={failure} compact />}
        {!report && !failure && <Skeleton className="h-24 w-full" />}
        {report && count === 0 && <p className="text-quiet">Nothing to remove.</p>}
        {report && count > 0 && <Items report={report} old={preview.isPlaceholderData} />}
        {all && count > 0 && (
          <Field label={<>Type “{WORD}” to go on</>}>
            <Input mono value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
          </Field>
        )}
      </div>
    </Dialog>
  );
}

function Items({ report: { items, reclaimed }, old }: { report: PruneReport; old: boolean }) {
  return (
    <table className={`w-full table-fixed text-left ${old ? 'opacity-60' : ''}`} aria-busy={old || undefined}>
      <caption className="sr-only">What would be removed</caption>
      <thead className="text-quiet text-xs">
        <tr className="border-line border-b">
          <th scope="col" className="h-7 font-medium">
            Would go
          </th>
          <th scope="col" className="w-24 text-right font-medium">
            Frees
          </th>
        </tr>
      </thead>
      <tbody>
        {items.slice(0, LISTED).map(({ name, bytes: size }) => (
          <tr key={name} className="border-line border-b">
            <td className="h-7 truncate" title={name}>
              <bdi>{shortVolume(name)}</bdi>
            </td>
            <td className="text-right">{bytes(size)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" className="h-8 font-medium">
            {items.length > LISTED && (
              <span className="font-normal text-quiet">and {items.length - LISTED} more · </span>
            )}
            Together
          </th>
          <td className="text-right font-medium">{bytes(reclaimed)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
