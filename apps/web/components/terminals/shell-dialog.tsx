import type { ContainerView } from '@boxyard/api';
import type { BoxError } from '@boxyard/spec';
import { type FormEvent, useId, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { openShell, rememberedShell, rememberShell, type ShellChoice } from '../../lib/terminal/shells';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { Field } from '../ui/field';
import { Input } from '../ui/input';

interface Props {
  /** Boxes that run; one: that one. */
  boxes: readonly ContainerView[];
  onClose: () => void;
  onOpened: (box: ContainerView, session: string) => void;
}

/** Asks what shell to open, where and as whom; the answer is kept for boxes of the same image. */
export default function ShellDialog({ boxes, onClose, onOpened }: Props) {
  const form = useId();
  const only = boxes.length === 1 ? boxes[0] : undefined;
  const [name, setName] = useState(only?.name ?? '');
  const box = boxes.find((candidate) => candidate.name === name);
  const [choice, setChoice] = useState<ShellChoice | null>(null);
  const shown = choice ?? rememberedShell(box?.image ?? '');
  const [error, setError] = useState<BoxError | null>(null);
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const change = (next: Partial<ShellChoice>) => setChoice({ ...shown, ...next });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(!box);
    if (!box || busy) return;
    setBusy(true);
    try {
      const session = await openShell(box.id, shown);
      rememberShell(box.image, shown);
      onOpened(box, session);
      onClose();
    } catch (cause) {
      setError(boxErrorOf(cause));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={only ? `New shell in ${only.name}` : 'New shell'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={form} busy={busy}>
            Open
          </Button>
        </>
      }
    >
      <form id={form} className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
        {!only && (
          <Field label="Box" error={missing && !box ? 'No running box has this name.' : undefined}>
            <Input
              list={`${form}-boxes`}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              placeholder="Its name"
            />
            <datalist id={`${form}-boxes`}>
              {boxes.map((candidate) => (
                <option key={candidate.id} value={candidate.name}>
                  {candidate.image}
                </option>
              ))}
            </datalist>
          </Field>
        )}
        <Field label="Command" hint="Empty: bash where there is one, else sh.">
          <Input
            mono
            value={shown.command}
            placeholder="bash"
            onChange={(event) => change({ command: event.currentTarget.value })}
          />
        </Field>
        <div className="grid gap-3 min-[480px]:grid-cols-2">
          <Field label="User" hint="Empty: the box's own.">
            <Input
              mono
              value={shown.user}
              placeholder="root"
              onChange={(event) => change({ user: event.currentTarget.value })}
            />
          </Field>
          <Field label="Directory" hint="Empty: the box's own.">
            <Input
              mono
              value={shown.workdir}
              placeholder="/"
              onChange={(event) => change({ workdir: event.currentTarget.value })}
            />
          </Field>
        </div>
        {error && <ErrorState error={error} compact />}
      </form>
    </Dialog>
  );
}
