'use client';
import type { ContainerView } from '@boxyard/api';
import { type FormEvent, useId, useState } from 'react';
import { api, boxErrorOf } from '../../../lib/api';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';

/** Another name for a box; what is wrong with it is said at the field. */
export default function RenameDialog({ container, close }: { container: ContainerView; close: () => void }) {
  const form = useId();
  const [name, setName] = useState(container.name);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.containers.rename.mutate({ container: container.id, name: name.trim() });
      close();
    } catch (cause) {
      const { message, hint } = boxErrorOf(cause);
      setError([message, hint].filter(Boolean).join('. '));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || close()}
      title={`Rename ${container.name}`}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" type="submit" form={form} busy={busy} disabled={name.trim() === ''}>
            Rename
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)}>
        <Field
          label="Name"
          hint="Letters, digits, “_”, “.” and “-”. Its host name stays what it was."
          error={error}
        >
          <Input value={name} onChange={(event) => setName(event.target.value)} mono />
        </Field>
      </form>
    </Dialog>
  );
}
