import type { BoxError } from '@boxyard/spec';
import { type ReactNode, useEffect, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { Button } from './button';
import { Dialog } from './dialog';
import { ErrorState } from './error-state';
import { Field } from './field';
import { Input } from './input';

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and what is lost by it. */
  children: ReactNode;
  /** The verb on the button: "Remove 3 boxes", not "OK". */
  action: string;
  danger?: boolean | undefined;
  /** Must be typed first: only for what can never come back. */
  typeToConfirm?: string | undefined;
  /** The dialog closes when it resolves; stays and says why when it rejects. */
  onConfirm: () => void | Promise<void>;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, children, action, danger = false, typeToConfirm, onConfirm } = props;
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  useEffect(() => {
    if (open) return;
    setTyped('');
    setError(null);
  }, [open]);
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (cause) {
      setError(boxErrorOf(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            variant={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={typeToConfirm !== undefined && typed !== typeToConfirm}
            onClick={() => void confirm()}
          >
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 break-words">
        <div className="text-quiet">{children}</div>
        {typeToConfirm !== undefined && (
          <Field label={<>Type “{typeToConfirm}” to go on</>}>
            <Input value={typed} onChange={(event) => setTyped(event.currentTarget.value)} mono />
          </Field>
        )}
        {error && <ErrorState error={error} compact />}
      </div>
    </Dialog>
  );
}
