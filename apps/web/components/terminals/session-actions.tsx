import type { TerminalView } from '@boxyard/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { copyText } from '../../lib/clipboard';
import { openInDock } from '../../lib/dock';
import { refreshTerminals } from '../../lib/queries';
import { toast } from '../../lib/toasts';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { Input } from '../ui/input';
import type { MenuItem } from '../ui/menu';

export const attachLine = ({ name }: TerminalView) => `box attach ${name}`;

/** What a session's menu offers, and the dialog that asks where something must be asked. */
export function useSessionActions(): {
  items: (terminal: TerminalView) => MenuItem[];
  dialog: ReactNode;
} {
  const [asking, setAsking] = useState<{ what: 'rename' | 'end'; terminal: TerminalView } | null>(null);
  const close = () => setAsking(null);
  const items = (terminal: TerminalView): MenuItem[] => {
    const { container, session, name, running } = terminal;
    const inDock = () => openInDock({ kind: 'terminal', container, session, title: name });
    const beside = session !== '' && running;
    return [
      { label: 'Open in the dock', onSelect: inDock },
      { label: `Copy “${attachLine(terminal)}”`, onSelect: () => void copyLine(terminal) },
      ...(beside
        ? [
            { label: 'Rename…', onSelect: () => setAsking({ what: 'rename', terminal }) },
            { label: 'End session…', danger: true, onSelect: () => setAsking({ what: 'end', terminal }) },
          ]
        : []),
    ];
  };
  const dialog =
    asking?.what === 'rename' ? (
      <RenameDialog terminal={asking.terminal} onClose={close} />
    ) : asking ? (
      <EndDialog terminal={asking.terminal} onClose={close} />
    ) : null;
  return { items, dialog };
}

async function copyLine(terminal: TerminalView): Promise<void> {
  const copied = await copyText(attachLine(terminal));
  toast(
    copied
      ? { title: `Copied: ${attachLine(terminal)}` }
      : { title: 'The browser refused to copy', tone: 'bad' },
  );
}

interface DialogProps {
  terminal: TerminalView;
  onClose: () => void;
}

function EndDialog({ terminal: { id, name, viewers }, onClose }: DialogProps) {
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

function RenameDialog({ terminal: { id, name }, onClose }: DialogProps) {
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
