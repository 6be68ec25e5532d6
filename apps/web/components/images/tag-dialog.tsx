import type { ImageView } from '@boxyard/api';
import { type BoxError, normalizeReference } from '@boxyard/spec';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { imageName, nameProblem } from '../../lib/images/names';
import { queryClient } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';

interface TagDialogProps {
  open: boolean;
  close: () => void;
  image: ImageView;
}

/** Gives an image another name; one that another image has moves here. */
export function TagDialog({ open, close, image }: TagDialogProps) {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const tag = normalizeReference(name.trim());
  const wrong =
    nameProblem(name.trim()) ??
    (name.trim() && !tag ? 'A name, not a digest: those follow from the bytes.' : undefined);
  const add = async () => {
    if (!tag || busy) return;
    setBusy(true);
    setError(null);
    try {
      await api.images.tag.mutate({ image: image.id, tag });
      await queryClient.invalidateQueries({ queryKey: ['images'] });
      toast({ title: `${tag} is a name of it now`, tone: 'good' });
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
      title={`Another name for ${imageName(image)}`}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!tag} onClick={() => void add()}>
            Add the name
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Field
          label="Name"
          error={wrong}
          hint={tag ? `It will be ${tag}. If another image is called so, the name moves here.` : 'NAME[:TAG]'}
        >
          <Input
            mono
            value={name}
            placeholder="team/app:v2"
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        {error && <ErrorState error={error} compact />}
        {/* Enter in a field sends the form. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
