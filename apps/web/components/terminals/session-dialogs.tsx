import type { TerminalView } from '@boxyard/api';
import { type FormEvent, useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { refreshTerminals } from '../../lib/queries';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { Input } from '../ui/input';

interface DialogProps {
  terminal: TerminalView;
  onClose: () => void;
}

export function EndDialog({ terminal: { id, name, viewers }, onClose }: DialogProps) {
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`End ${name}?`}
      action="End session"
      danger
      onConfirm={() => api.terminals.end.mutate({ session: id })}
    >
      What runs in it is hung up, as when a window is closed.{' '}
      {viewers > 1 ? `${viewers} look at it now. ` : ''}The box goes on.
    </ConfirmDialog>
  );
}

export function RenameDialog({ terminal: { id, name }, onClose }: DialogProps) {
  const [wanted, setWanted] = useState(name);
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await api.terminals.rename.mutate({ session: id, name: wanted });
      refreshTerminals();
      onClose();
    } catch (cause) {
      setError(boxErrorOf(cause).message);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rename ${name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="rename-session">
            Rename
          </Button>
        </>
      }
    >
      <form id="rename-session" onSubmit={(event) => void submit(event)}>
        <Field label="Name" hint="What box attach takes." error={error}>
          <Input mono value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
