import type { BoxError } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { queries, queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { shortVolume, volumeNameProblem } from '../../lib/volumes';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';

/** A name is all that a volume needs. */
export function CreateVolumeDialog({ open, close }: { open: boolean; close: () => void }) {
  const { data: volumes = [] } = useQuery(queries.volumes());
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const taken = volumes.some((volume) => volume.name === name);
  const wrong = taken ? 'There is one of this name.' : volumeNameProblem(name);
  const ready = name !== '' && !wrong && !busy;
  const create = async () => {
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      const volume = await api.volumes.create.mutate({ name });
      await queryClient.invalidateQueries({ queryKey: ['volumes'] });
      toast({ title: `${shortVolume(volume.name)} is there, empty`, tone: 'good' });
      close();
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title="Create a volume"
      description="It is empty; the first box that mounts it may bring what its image has in that place."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={() => void create()}>
            Create
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label="Name" hint="Boxes mount it by this name." error={wrong}>
          <Input mono value={name} onChange={(event) => setName(event.currentTarget.value)} />
        </Field>
        {error && <ErrorState error={error} compact />}
        {/* Enter in a field sends the form. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
